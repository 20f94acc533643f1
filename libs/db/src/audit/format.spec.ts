import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  auditHash,
  canonicalJson,
  GENESIS,
  headerBytes,
  storable,
  type AuditHeader,
} from './format.js';

const header: AuditHeader = {
  chain: '0190a0de-0000-7000-8000-000000000001',
  chainSeq: 7,
  id: '0190a0de-0000-7000-8000-000000000002',
  at: 1_795_224_000_123,
  environmentId: '0190a0de-0000-7000-8000-000000000001',
  breaker: 'stripe',
  actor: { kind: 'user', id: 'u1', name: 'Zoë' },
  action: 'breaker.trip',
  reason: 'it "fails"',
  seq: 42,
};
const body = Buffer.from('{"after":null,"before":null,"evidence":null}');

describe('canonicalJson', () => {
  it('sorts members at every depth and leaves out what is undefined', () => {
    const value = { b: [{ d: 1, c: null }], a: 'ä\n', z: undefined };
    expect(canonicalJson(value)).toBe('{"a":"ä\\n","b":[{"c":null,"d":1}]}');
  });

  it('says the same of the same value, in whatever order it was built', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        // −0 is 0 in JSON, here as in JSON.stringify.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

describe('auditHash', () => {
  it('is what docs/audit.md says', () => {
    const documented =
      '{"action":"breaker.trip","actor":{"id":"u1","kind":"user","name":"Zoë"},"at":1795224000123,' +
      '"bodyBytes":44,"breaker":"stripe","chain":"0190a0de-0000-7000-8000-000000000001","chainSeq":7,' +
      '"environmentId":"0190a0de-0000-7000-8000-000000000001","format":1,' +
      '"id":"0190a0de-0000-7000-8000-000000000002","reason":"it \\"fails\\"","seq":42}';
    expect(headerBytes(header, body.length).toString()).toBe(documented);
    const hash = createHash('sha256').update(GENESIS).update(documented).update(body).digest('hex');
    expect(auditHash(GENESIS, header, body).toString('hex')).toBe(hash);
  });

  it('changes with every part', () => {
    const base = auditHash(GENESIS, header, body).toString('hex');
    const changed: AuditHeader[] = [
      { ...header, chain: 'x' },
      { ...header, chainSeq: 8 },
      { ...header, id: 'x' },
      { ...header, at: header.at + 1 },
      { ...header, environmentId: null },
      { ...header, breaker: null },
      { ...header, actor: { ...header.actor, kind: 'system' } },
      { ...header, actor: { ...header.actor, id: null } },
      { ...header, actor: { ...header.actor, name: 'Zoe' } },
      { ...header, action: 'x' },
      { ...header, reason: '' },
      { ...header, seq: null },
    ];
    const hashes = [
      ...changed.map((other) => auditHash(GENESIS, other, body)),
      auditHash(GENESIS, header, Buffer.from('{}')),
      auditHash(Buffer.alloc(32, 1), header, body),
    ].map((hash) => hash.toString('hex'));
    expect(new Set([base, ...hashes]).size).toBe(hashes.length + 1);
  });
});

describe('storable', () => {
  it('gives text that comes back from the database as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const stored = storable(`${text}\0\ud800`);
        expect(stored).not.toContain('\0');
        expect(Buffer.from(stored).toString()).toBe(stored);
        expect(storable(stored)).toBe(stored);
      }),
    );
  });
});
