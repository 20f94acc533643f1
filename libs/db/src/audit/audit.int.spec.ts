import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AuditExportLine } from './reader.js';
import { anna, openFixture, toggle, worker } from '../spec/fixture.js';

const at = await openFixture();
let chain: string;

const EVENTS = 12;

beforeAll(async () => {
  chain = at.production.id;
  await at.db.breakers.discover(chain, ['a', 'b'], { kind: 'sdk', id: 'k1', name: 'Zoë' });
  for (let index = 0; index < 5; index += 1) {
    await at.db.states.commit(chain, index % 2 === 0 ? anna : worker, ['a', 'b'], toggle);
  }
});

const list = async (filter: object, page: { cursor?: string; limit: number } = { limit: 50 }) =>
  at.db.audit.list({ chain, ...filter }, page);

async function collect(filter: object = {}): Promise<AuditExportLine[]> {
  const lines: AuditExportLine[] = [];
  for await (const line of at.db.audit.stream({ chain, ...filter })) lines.push(line);
  return lines;
}

/** Does to the database what only somebody who can switch off triggers can do, looks, and puts it back. */
async function tampered<T>(statement: string, look: () => Promise<T>): Promise<T> {
  await at.raw.query(`
    CREATE TABLE kept AS TABLE audit_event;
    CREATE TABLE kept_head AS SELECT id, audit_head, audit_seq FROM environment;
    ALTER TABLE audit_event DISABLE TRIGGER ALL;
    ${statement}`);
  try {
    return await look();
  } finally {
    await at.raw.query(`
      DELETE FROM audit_event; INSERT INTO audit_event SELECT * FROM kept; DROP TABLE kept;
      UPDATE environment e SET audit_head = k.audit_head, audit_seq = k.audit_seq FROM kept_head k WHERE k.id = e.id;
      DROP TABLE kept_head;
      ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_only;`);
  }
}

describe('the audit log', () => {
  it.each([
    `UPDATE audit_event SET reason = 'other'`,
    `UPDATE audit_event SET reason = 'other' WHERE false`,
    'DELETE FROM audit_event',
    'TRUNCATE audit_event',
    `SET session_replication_role = replica; DELETE FROM audit_event`,
  ])('refuses even its owner: %s', async (statement) => {
    const client = await at.raw.connect();
    try {
      await expect(client.query(statement)).rejects.toMatchObject({
        message: expect.stringContaining('append-only') as unknown,
      });
    } finally {
      client.release(true);
    }
  });

  it('is listed the newest first, in pages', async () => {
    const all = await list({});
    expect(all.items.map(({ chainSeq }) => chainSeq)).toEqual(
      Array.from({ length: EVENTS }, (_, index) => EVENTS - index),
    );
    expect(all.next).toBeNull();
    const paged = [];
    let cursor: string | undefined;
    do {
      const page = await list({}, cursor === undefined ? { limit: 5 } : { limit: 5, cursor });
      paged.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(paged).toEqual(all.items);
  });

  it('refuses a cursor that it did not give', async () => {
    for (const cursor of ['x', '-1', '0', '1e9', '99999999999999999999']) {
      await expect(list({}, { limit: 1, cursor })).rejects.toMatchObject({
        code: 'invalid_cursor',
      });
    }
  });

  it('is filtered by breaker, actor, action and time', async () => {
    const seqs = async (filter: object) =>
      (await list(filter)).items.map(({ chainSeq }) => chainSeq).sort((a, b) => a - b);
    expect(await seqs({ breaker: 'a' })).toEqual([1, 3, 5, 7, 9, 11]);
    expect(await seqs({ actor: 'u1' })).toEqual([3, 4, 7, 8, 11, 12]);
    expect(await seqs({ actor: 'ZO' })).toEqual([1, 2]);
    expect(await seqs({ action: 'breaker' })).toEqual([1, 2]);
    expect(await seqs({ action: 'test.trip', breaker: 'b' })).toEqual([4, 8, 12]);
    expect(await seqs({ action: 'tes' })).toEqual([]);
    const third = (await list({})).items.find(({ chainSeq }) => chainSeq === 3);
    expect((await seqs({ from: third?.at }))[0]).toBeLessThanOrEqual(3);
    expect(await seqs({ to: 0 })).toEqual([]);
  });

  it('says a breaker’s changes of state for a chart', async () => {
    const found = await at.db.audit.transitions(chain, 'a', 0, Date.now() + 60_000, 3);
    expect(found.map(({ seq, state, admission }) => [seq, state, admission])).toEqual([
      [7, 'open', 0],
      [9, 'closed', 2 ** 32],
      [11, 'open', 0],
    ]);
  });

  it('keeps what belongs to no environment in a chain of its own', async () => {
    const before = await at.db.audit.verify('system');
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        at.db.audit.appendSystem(anna, { action: 'auth.sign_in', after: { index } }),
      ),
    );
    expect(new Set(ids).size).toBe(10);
    const after = await at.db.audit.verify('system');
    expect(after).toMatchObject({ ok: true, checked: before.checked + 10 });
    expect(await at.db.audit.get('system', ids[3] ?? '')).toMatchObject({
      action: 'auth.sign_in',
      environmentId: null,
      seq: null,
    });
    expect(await at.db.audit.get(chain, ids[3] ?? '')).toBeNull();
    expect(await at.db.audit.get(chain, 'nonsense')).toBeNull();
  });

  it('keeps texts that cannot be stored as they are, and still verifies', async () => {
    const reason = 'nul \0 and half \ud800 pair';
    const actor = { ...anna, name: 'a\0b' };
    const id = await at.db.audit.appendSystem(actor, { action: 'x', reason, after: { reason } });
    expect(await at.db.audit.get('system', id)).toMatchObject({
      reason: 'nul \ufffd and half \ufffd pair',
      actor: { name: 'a\ufffdb' },
      after: { reason },
    });
    expect(await at.db.audit.verify('system')).toMatchObject({ ok: true });
  });
});

describe('verification', () => {
  it('can be done from an export alone, by the program in docs/audit.md', async () => {
    const docs = await readFile(new URL('../../../../docs/audit.md', import.meta.url), 'utf8');
    const program = /```js\n(.*?)```/s.exec(docs)?.[1] ?? '';
    const check = (lines: readonly AuditExportLine[]) =>
      spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
        input: lines.map((line) => JSON.stringify(line)).join('\n'),
        encoding: 'utf8',
      });
    const lines = await collect();
    const { head } = await at.db.audit.verify(chain);
    expect(check(lines).stdout).toBe(`${EVENTS} events verify; head ${head}\n`);
    const forged = lines.map((line, index) => (index === 4 ? { ...line, reason: 'x' } : line));
    expect(check(forged).stderr).toContain('event 5 does not verify');
  });

  it('ends at the head that it tells', async () => {
    const lines = await collect();
    expect(await at.db.audit.verify(chain)).toEqual({
      ok: true,
      checked: EVENTS,
      head: lines.at(-1)?.hash,
    });
  });

  it('finds nothing wrong with a chain that has not begun', async () => {
    expect(await at.db.audit.verify('unknown')).toEqual({ ok: true, checked: 0, head: '' });
  });

  it.each([
    ['a reason', `UPDATE audit_event SET reason = 'x' WHERE chain_seq = 5`, 5, 'content'],
    [
      'a time',
      `UPDATE audit_event SET at = at + interval '1 ms' WHERE chain_seq = 5`,
      5,
      'content',
    ],
    ['an actor', `UPDATE audit_event SET actor_id = NULL WHERE chain_seq = 3`, 3, 'content'],
    [
      'a body',
      `UPDATE audit_event SET body = body || ' '::bytea WHERE chain_seq = 6`,
      6,
      'content',
    ],
    ['a hash', `UPDATE audit_event SET hash = sha256('x') WHERE chain_seq = 6`, 6, 'content'],
    ['an event taken out', `DELETE FROM audit_event WHERE chain_seq = 4`, 4, 'event 4 is missing'],
    ['the first one', `DELETE FROM audit_event WHERE chain_seq = 1`, 1, 'event 1 is missing'],
    [
      'the last ones',
      `DELETE FROM audit_event WHERE chain_seq > 9`,
      10,
      'events 10 to 12 are missing',
    ],
    [
      'a swap',
      `UPDATE audit_event SET chain_seq = 100 WHERE chain_seq = 7;
       UPDATE audit_event SET chain_seq = 7 WHERE chain_seq = 8;
       UPDATE audit_event SET chain_seq = 8 WHERE chain_seq = 100`,
      7,
      'does not follow',
    ],
    [
      'a head set back',
      `DELETE FROM audit_event WHERE chain_seq = 12;
       UPDATE environment SET audit_seq = 11`,
      11,
      'rewritten',
    ],
  ])('finds %s that was changed', async (_, statement, chainSeq, problem) => {
    const partition = statement.replaceAll(
      'WHERE chain_seq',
      `WHERE chain = '${chain}' AND chain_seq`,
    );
    const found = await tampered(partition, () => at.db.audit.verify(chain));
    expect(found).toMatchObject({ ok: false, checked: chainSeq - 1, firstBad: { chainSeq } });
    expect(found.firstBad?.problem).toContain(problem);
    expect(await at.db.audit.verify(chain)).toMatchObject({ ok: true });
  });

  it('reads chains longer than a page, while they grow', async () => {
    const keys = Array.from({ length: 600 }, (_, index) => `n${index}`);
    await at.db.breakers.discover(at.development.id, keys, worker);
    const [verified] = await Promise.all([
      at.db.audit.verify(at.development.id),
      at.db.states.commit(at.development.id, worker, keys.slice(0, 50), toggle),
    ]);
    expect(verified.ok).toBe(true);
    expect(verified.checked).toBeGreaterThanOrEqual(602);
    const lines = await collect({ chain: at.development.id });
    expect(lines.map(({ chainSeq }) => chainSeq)).toEqual(lines.map((_, index) => index + 1));
    expect(lines.length).toBe(652);
  });
});
