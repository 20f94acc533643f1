import { beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../database.js';
import { anna, openFixture, toggle, worker } from '../spec/fixture.js';

const DAY = 86_400_000;

const at = await openFixture();
let environmentId: string;
let round = 0;

beforeEach(async () => {
  round += 1;
  const input = { key: `env-${round}`, name: 'Env', kind: 'development' } as const;
  environmentId = (await at.db.environments.create(anna, 'default', input)).id;
});

describe('changes', () => {
  it('are kept for an hour at least, and then say that they are gone', async () => {
    await at.db.breakers.create(environmentId, anna, { key: `c-${round}`, reason: 'r' });
    for (let index = 0; index < 4; index += 1) {
      await at.db.states.commit(environmentId, anna, [`c-${round}`], toggle);
    }
    const { epoch, seq } = await at.db.states.snapshot(environmentId);
    expect(seq).toBe(5);
    await at.db.changes.dropOlderThan(-DAY);
    expect(await at.db.changes.since(environmentId, epoch, 0, 9)).toMatchObject({ seq: 5 });
    await at.raw.query(
      `UPDATE change SET at = at - interval '61 minutes' WHERE environment_id = $1 AND seq <= 3`,
      [environmentId],
    );
    expect(await at.db.changes.dropOlderThan(0)).toBe(3);
    expect(await at.db.changes.since(environmentId, epoch, 2, 9)).toBe('gone');
    expect(await at.db.changes.since(environmentId, epoch, 3, 1)).toMatchObject({
      seq: 4,
      changes: [{ seq: 4 }],
    });
    expect(await at.db.changes.since(environmentId, epoch, 5, 9)).toMatchObject({ changes: [] });
    expect(await at.db.changes.since(environmentId, epoch, 6, 9)).toBe('gone');
    expect(await at.db.changes.since(environmentId, 'other', 5, 9)).toBe('gone');
    expect(await at.db.changes.since('nonsense', epoch, 5, 9)).toBe('gone');
  });

  it('count down what is left of a cool-down', async () => {
    const key = `c-${round}`;
    await at.db.breakers.create(environmentId, anna, { key, reason: 'r' });
    await at.db.states.commit(environmentId, anna, [key], (locked, now) => ({
      transition: {
        state: {
          kind: 'open',
          since: now,
          coolDownEndsAt: now + 60_000,
          outageStartedAt: now,
          rateBefore: 0,
          relapses: 0,
        },
        control: locked.control,
        versionChanged: true,
        evidence: { cause: 'fast_window', summary: '', window: null, probe: null, acks: null },
      },
      action: 'x',
      reason: '',
      dueAt: now + 60_000,
    }));
    await at.raw.query(
      `UPDATE change SET at = at - interval '20 seconds' WHERE environment_id = $1 AND seq = 2`,
      [environmentId],
    );
    const { epoch } = await at.db.states.snapshot(environmentId);
    const since = await at.db.changes.since(environmentId, epoch, 1, 9);
    const left = since === 'gone' ? null : since.changes[0]?.view?.retryAfterMs;
    expect(left).toBeLessThanOrEqual(40_000);
    expect(left).toBeGreaterThan(30_000);
  });

  it('that cannot be read are a clear error', async () => {
    const key = `c-${round}`;
    await at.db.breakers.create(environmentId, anna, { key, reason: 'r' });
    await at.raw.query(`UPDATE change SET view = view - 'salt' WHERE environment_id = $1`, [
      environmentId,
    ]);
    const { epoch } = await at.db.states.snapshot(environmentId);
    await expect(at.db.changes.since(environmentId, epoch, 0, 9)).rejects.toMatchObject({
      code: 'corrupt_row',
      details: { seq: 1, breaker: key },
    });
  });
});

describe('a database that does not answer', () => {
  it('is a clear error', async () => {
    const gone = createDatabase('postgres://nobody:x@127.0.0.1:1/none');
    await expect(gone.now()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(gone.states.commit(environmentId, anna, ['a'], toggle)).rejects.toMatchObject({
      code: 'unavailable',
    });
    await gone.close();
  });

  it('is used again when it is back', async () => {
    const lost: Error[] = [];
    const db = createDatabase(at.url, {
      applicationName: 'to-be-killed',
      onConnectionLost: (error) => lost.push(error),
    });
    await db.now();
    await at.raw.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'to-be-killed'`,
    );
    await expect.poll(() => lost.length, { timeout: 60_000 }).toBe(1);
    expect(await db.now()).toBeGreaterThan(0);
    await db.close();
  });
});

describe('a commit of many breakers', () => {
  it('decides on at most a hundred in one turn of the event loop, all in one transaction', async () => {
    const keys = Array.from({ length: 250 }, (_, index) => `turn-${index}`);
    await at.db.breakers.discover(environmentId, keys, worker);
    const before = (await at.db.states.snapshot(environmentId)).seq;
    let turn = 0;
    const count = setInterval(() => {
      turn += 1;
    }, 0);
    const decided = new Map<number, number>();
    const result = await at.db.states.commit(environmentId, worker, keys, (locked, now) => {
      decided.set(turn, (decided.get(turn) ?? 0) + 1);
      return toggle(locked, now);
    });
    clearInterval(count);
    expect(result.changes.map(({ seq }) => seq)).toEqual(
      keys.map((_, index) => before + index + 1),
    );
    expect(result).toMatchObject({ seq: before + keys.length, missing: [] });
    expect(Math.max(...decided.values())).toBeLessThanOrEqual(100);
    const rolled = at.db.states.commit(environmentId, worker, keys, (locked, now) => {
      if (locked.key === [...keys].sort().at(-1)) throw new Error('no');
      return toggle(locked, now);
    });
    await expect(rolled).rejects.toThrow('no');
    expect((await at.db.states.snapshot(environmentId)).seq).toBe(result.seq);
  });
});
