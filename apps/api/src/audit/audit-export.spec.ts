import { describe, expect, it } from 'vitest';
import { csvCell, csvLines, jsonLines } from './audit-export.js';

const event = {
  id: 'e1',
  chain: 'c',
  chainSeq: 1,
  environmentId: 'c',
  breaker: 'stripe',
  at: 0,
  actor: { kind: 'user' as const, id: 'u1', name: 'Ada' },
  action: 'breaker.trip',
  reason: 'says "no",\nthen hangs',
  seq: 4,
  before: null,
  after: null,
  evidence: null,
  outageId: null,
  outageStartedAt: null,
  hash: 'aa',
  prevHash: '00',
  body: '{}',
};

async function* events() {
  yield event;
}

async function textOf(lines: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const line of lines) text += line;
  return text;
}

describe('the export', () => {
  it('is JSON lines', async () => {
    const text = await textOf(jsonLines(events()));
    expect(text.endsWith('\n')).toBe(true);
    expect(JSON.parse(text)).toEqual(event);
  });

  it('is CSV with quoted cells', async () => {
    const text = await textOf(csvLines(events()));
    expect(text).toBe(
      'at,actor,actorKind,actorId,action,breaker,reason,seq,body,chain,chainSeq,id,prevHash,hash\r\n' +
        '1970-01-01T00:00:00.000Z,Ada,user,u1,breaker.trip,stripe,"says ""no"",\nthen hangs",4,{},c,1,e1,00,aa\r\n',
    );
  });

  it('shows no formula to a spreadsheet', () => {
    expect(csvCell('=1+1')).toBe("'=1+1");
    expect(csvCell('@x')).toBe("'@x");
    expect(csvCell(-1)).toBe('-1');
    expect(csvCell(null)).toBe('');
  });
});
