import { describe, expect, it } from 'vitest';
import { createLog } from './log.js';

describe('createLog', () => {
  it('writes JSON lines without secrets or account ids', () => {
    const lines: string[] = [];
    const log = createLog({
      name: 'api',
      level: 'info',
      destination: { write: (l) => lines.push(l) },
    });
    log.debug('not written');
    log.info(
      { req: { headers: { cookie: 'session=1', authorization: 'Bearer rk_x' } } },
      'request',
    );
    log.info({ body: { context: { accountId: 'acct-1' } }, accountId: 'acct-1' }, 'try');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0]!)).toMatchObject({ name: 'api', level: 'info', msg: 'request' });
    expect(lines.join('')).not.toMatch(/session=1|rk_x|acct-1/);
  });

  it('keeps of an error what explains it', () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    const log = createLog({ name: 'api', level: 'info', destination });
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const err = Object.assign(new TypeError('lost', { cause }), { client: { host: 'db' } });
    log.warn({ err }, 'a connection was lost');
    const { err: written } = JSON.parse(lines[0]!) as { err: Record<string, unknown> };
    expect(written).toMatchObject({
      type: 'TypeError',
      message: 'lost',
      cause: { message: 'refused', code: 'ECONNREFUSED' },
    });
    expect(written['stack']).toContain('log.spec');
    expect(written).not.toHaveProperty('client');
  });
});
