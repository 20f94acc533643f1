import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../database.js';
import type { CommitResult } from './states.js';
import { anna, obey, openFixture, toggle, worker } from '../spec/fixture.js';

const at = await openFixture();
let other: Database;
let environmentId: string;
let round = 0;

beforeAll(async () => {
  other = createDatabase(at.url);
});
beforeEach(async () => {
  round += 1;
  const project = `project-${round}`;
  await at.db.environments.createProject(anna, project, project);
  const environment = { key: 'live', name: 'Live', kind: 'production' } as const;
  environmentId = (await at.db.environments.create(anna, project, environment)).id;
});
afterAll(async () => {
  await other.close();
});

const create = (key: string) => at.db.breakers.create(environmentId, anna, { key, reason: 'new' });

/** Sum of audit rows per seq, and the change log as it is stored. */
async function logOf(id: string): Promise<{ seqs: number[]; audited: number[]; head: number }> {
  const { rows: changes } = await at.raw.query<{ seq: string }>(
    'SELECT seq FROM change WHERE environment_id = $1 ORDER BY seq',
    [id],
  );
  const { rows: events } = await at.raw.query<{ seq: string }>(
    'SELECT seq FROM audit_event WHERE chain = $1 ORDER BY chain_seq',
    [id],
  );
  const heads = await at.db.environments.heads();
  return {
    seqs: changes.map(({ seq }) => Number(seq)),
    audited: events.map(({ seq }) => Number(seq)),
    head: heads.find((head) => head.id === id)?.seq ?? -1,
  };
}

describe('states.commit', () => {
  it('writes state, change, view and audit event of a trip', async () => {
    await create('stripe');
    const trip = obey({ type: 'trip', until: null }, 'breaker.trip');
    const result = await at.db.states.commit(environmentId, anna, ['stripe', 'nobody'], trip);
    const [change] = result.changes;
    expect(result).toMatchObject({ environmentId, seq: 2, missing: ['nobody'] });
    expect(change).toMatchObject({ key: 'stripe', seq: 2 });
    expect(change?.view).toMatchObject({ state: 'open', mode: 'held', admission: 0, version: 2 });

    const [loaded] = await at.db.states.load(environmentId, ['stripe']);
    expect(loaded).toMatchObject({
      seq: 2,
      version: 2,
      revision: 1,
      changedAt: result.now,
      last: { action: 'breaker.trip', reason: 'test', actor: anna, evidence: { cause: 'command' } },
      view: change?.view,
    });
    expect(await at.db.states.snapshot(environmentId)).toMatchObject({
      seq: 2,
      epoch: result.epoch,
      breakers: [change?.view],
    });
    const entry = await at.db.audit.get(environmentId, change?.auditId ?? '');
    expect(entry).toMatchObject({
      action: 'breaker.trip',
      reason: 'test',
      seq: 2,
      at: result.now,
      breaker: 'stripe',
      actor: anna,
      before: { version: 1, state: { kind: 'closed' }, admission: 2 ** 32 },
      after: { version: 2, state: { kind: 'open' }, admission: 0, control: { mode: 'held' } },
    });
  });

  it('keeps version and counts when the transition says so', async () => {
    await create('stripe');
    const hold = obey({ type: 'mode.set', mode: 'observe', until: null });
    const { changes } = await at.db.states.commit(environmentId, anna, ['stripe'], hold);
    const [loaded] = await at.db.states.load(environmentId);
    expect(loaded?.control).toEqual({ mode: 'observe' });
    expect(changes[0]?.view?.version).toBe(loaded?.version);
  });

  it('rolls everything back when decide throws, and can be used again', async () => {
    await create('a');
    await create('b');
    const failing = at.db.states.commit(environmentId, anna, ['a', 'b'], (locked, now) => {
      if (locked.key === 'b') throw new Error('no');
      return obey({ type: 'trip', until: null })(locked, now);
    });
    await expect(failing).rejects.toThrow('no');
    const log = await logOf(environmentId);
    expect(log).toEqual({ seqs: [1, 2], audited: [1, 2], head: 2 });
    expect((await at.db.states.snapshot(environmentId)).breakers.map(({ state }) => state)).toEqual(
      ['closed', 'closed'],
    );
    const again = await at.db.states.commit(environmentId, anna, ['a'], toggle);
    expect(again.seq).toBe(3);
  });

  it('leaves no trace of null or of another time to look again', async () => {
    await create('a');
    const dueAt = Date.now() - 1_000;
    const look = () => ({ transition: null, dueAt });
    expect((await at.db.states.commit(environmentId, anna, ['a'], () => null)).changes).toEqual([]);
    expect((await at.db.states.commit(environmentId, anna, ['a'], look)).changes).toEqual([]);
    expect((await at.db.states.load(environmentId))[0]?.dueAt).toBe(dueAt);
    const due = (await at.db.states.due(10)).find((one) => one.environmentId === environmentId);
    expect(due).toMatchObject({ environmentId, breaker: 'a' });
    expect(due?.waitedMs).toBeGreaterThanOrEqual(1_000);
    expect(due?.waitedMs).toBeLessThan(60_000);
    const soon = (_: unknown, now: number) => ({ transition: null, dueAt: now + 30_000 });
    await at.db.states.commit(environmentId, anna, ['a'], soon);
    const ahead = await at.db.states.due(10, [], 60_000);
    expect(ahead.find((one) => one.environmentId === environmentId)?.waitedMs).toBeLessThan(0);
    expect((await logOf(environmentId)).head).toBe(1);
  });

  it('gives seqs in key order and commits many at once', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `b${String(index).padStart(3, '0')}`);
    await at.db.breakers.discover(environmentId, keys, anna);
    const result = await at.db.states.commit(environmentId, worker, [...keys].reverse(), toggle);
    expect(result.changes.map(({ key }) => key)).toEqual(keys);
    expect(result.changes.map(({ seq }) => seq)).toEqual(keys.map((_, index) => 201 + index));
    expect(await at.db.audit.verify(environmentId)).toMatchObject({ ok: true, checked: 400 });
  });

  it('refuses an environment that is not there', async () => {
    for (const id of ['nonsense', '00000000-0000-7000-8000-000000000000']) {
      await expect(at.db.states.commit(id, anna, ['a'], toggle)).rejects.toMatchObject({
        code: 'unknown_environment',
      });
    }
  });
});

describe('two committers at once', () => {
  it('keep seqs gapless and in commit order, with one audit event per change', async () => {
    const keys = ['a', 'b', 'c', 'd'];
    for (const key of keys) await create(key);
    const rounds = 60;
    const run = async (db: Database, order: readonly string[]): Promise<CommitResult[]> => {
      const results: CommitResult[] = [];
      for (let index = 0; index < rounds; index += 1) {
        results.push(await db.states.commit(environmentId, worker, order, toggle));
      }
      return results;
    };
    // Opposite orders, and people who edit meanwhile: what would deadlock if locks were taken as they come.
    const edits = async (): Promise<number> => {
      for (let index = 0; index < rounds; index += 1) {
        const [loaded] = await other.states.load(environmentId, ['a']);
        const edit = { expectedRevision: loaded?.revision ?? 0, reason: 'r', name: `n${index}` };
        await other.breakers.edit(environmentId, anna, 'a', edit);
      }
      return rounds;
    };
    const [one, two, edited] = await Promise.all([
      run(at.db, keys),
      run(other, [...keys].reverse()),
      edits(),
    ]);
    const total = keys.length + 2 * rounds * keys.length + edited;
    const log = await logOf(environmentId);
    const all = Array.from({ length: total }, (_, index) => index + 1);
    expect(log).toEqual({ seqs: all, audited: all, head: total });
    expect(await at.db.audit.verify(environmentId)).toMatchObject({ ok: true, checked: total });

    // Commit order: whoever committed later saw a later clock and got later seqs.
    const commits = [...one, ...two].sort((a, b) => a.seq - b.seq);
    expect(commits.map(({ now }) => now)).toEqual(
      commits.map(({ now }) => now).sort((a, b) => a - b),
    );
    // Every commit toggled what the one before had left: nobody decided on a stale state.
    const [loaded] = await at.db.states.load(environmentId, ['a']);
    expect(loaded?.version).toBe(1 + 2 * rounds);
    expect(loaded?.state.kind).toBe('closed');
  });

  it('let the loser decide again on what the winner wrote', async () => {
    await create('a');
    const seen: number[] = [];
    const once = (db: Database) =>
      db.states.commit(environmentId, worker, ['a'], (locked, now) => {
        seen.push(locked.version);
        return locked.version === 1 ? obey({ type: 'trip', until: null })(locked, now) : null;
      });
    const results = await Promise.all([once(at.db), once(other), once(at.db), once(other)]);
    expect(results.flatMap(({ changes }) => changes)).toHaveLength(1);
    expect(seen.sort()).toEqual([1, 2, 2, 2]);
  });

  it('read snapshots and changes of one moment', async () => {
    for (const key of ['a', 'b']) await create(key);
    const writer = { done: false };
    const written = (async () => {
      for (let index = 0; index < 80; index += 1) {
        await at.db.states.commit(environmentId, worker, ['a', 'b'], toggle);
      }
      writer.done = true;
    })();
    let read = 0;
    while (!writer.done) {
      const { seq, epoch, breakers } = await other.states.snapshot(environmentId);
      // Both change in each commit: a torn read would show two kinds, or an odd seq.
      expect(new Set(breakers.map(({ state }) => state)).size).toBe(1);
      expect(seq % 2).toBe(0);
      const since = await other.changes.since(environmentId, epoch, Math.max(0, seq - 6), 100);
      expect(since).not.toBe('gone');
      if (since !== 'gone') {
        expect(since.changes.map((change) => change.seq)).toEqual(
          since.changes.map((_, index) => Math.max(0, seq - 6) + 1 + index),
        );
        expect(since.changes.length % 2).toBe(0);
      }
      read += 1;
    }
    await written;
    expect(read).toBeGreaterThan(5);
  });
});

describe('states.reschedule', () => {
  it('sets the time of breakers that have not moved on', async () => {
    await create('a');
    await create('b');
    const [a, b] = await at.db.states.load(environmentId);
    await at.db.states.commit(environmentId, worker, ['b'], toggle);
    const dueAt = Date.now() + 60_000;
    await at.db.states.reschedule(environmentId, [
      { key: 'b', seq: b!.seq, dueAt },
      { key: 'a', seq: a!.seq, dueAt },
    ]);
    const loaded = await at.db.states.load(environmentId);
    expect(loaded.map(({ key, dueAt: due }) => [key, due])).toEqual([
      ['a', dueAt],
      ['b', null],
    ]);
    await at.db.states.reschedule(environmentId, [{ key: 'a', seq: a!.seq, dueAt: null }]);
    expect((await at.db.states.load(environmentId, ['a']))[0]?.dueAt).toBeNull();
  });
});

describe('a policy of an earlier version', () => {
  it('is read as what it has become, without a change of state, and older nodes can read ours', async () => {
    await create('a');
    const before = await at.db.states.get(environmentId, 'a');
    const stored = async () => {
      const { rows } = await at.raw.query<{ policy: Record<string, unknown> }>(
        `SELECT s.policy FROM breaker_state s WHERE s.environment_id = $1`,
        [environmentId],
      );
      return rows[0]!.policy;
    };
    const { fast, slow } = await stored();
    expect(fast).toMatchObject({ lengthMs: 2_000, slowRate: null, minFailingBuckets: 4 });
    expect(slow).toMatchObject({ lengthMs: 30_000, slowRate: null, minFailingBuckets: 1 });
    await at.raw.query(
      `UPDATE breaker_state SET policy = (policy - 'trip') || $2::jsonb WHERE environment_id = $1`,
      [environmentId, JSON.stringify({ slow: { ...(slow as object), failureRate: 0.2 } })],
    );
    const after = await at.db.states.get(environmentId, 'a');
    expect(after).toMatchObject({ version: before.version, state: before.state });
    expect(after.policy.trip.toleratedRate).toBeLessThan(0.2);
    expect(after.policy).not.toHaveProperty('fast');
  });
});

describe('a row that was tampered with', () => {
  const corrupt = (key: string) =>
    at.raw.query(
      `UPDATE breaker_state s SET policy = policy - 'quorum' FROM breaker b
       WHERE b.id = s.breaker_id AND b.key = $2 AND environment_id = $1`,
      [environmentId, key],
    );

  it('is a clear error that names it', async () => {
    await create('a');
    await corrupt('a');
    await expect(at.db.states.get(environmentId, 'a')).rejects.toMatchObject({
      code: 'corrupt_row',
      details: { breaker: 'a', environment: environmentId, field: 'policy.quorum' },
    });
  });

  it('does not take the other breakers with it', async () => {
    for (const key of ['a', 'b', 'c']) await create(key);
    await corrupt('b');
    const told: string[] = [];
    const db = createDatabase(at.url, { onCorruptRow: ({ message }) => told.push(message) });
    try {
      const loaded = await db.states.load(environmentId);
      expect(loaded.map(({ key }) => key)).toEqual(['a', 'c']);
      const { breakers } = await db.states.snapshot(environmentId);
      expect(breakers.map(({ key }) => key)).toEqual(['a', 'c']);
      const first = await db.breakers.list(environmentId, { limit: 2 });
      expect([first.items.map(({ key }) => key), first.next]).toEqual([['a'], 'b']);
    } finally {
      await db.close();
    }
    expect(told).toEqual([expect.stringContaining('Breaker "b"')]);
  });

  it.each([
    ['admission above all', 'admission = 4294967297'],
    ['negative admission', 'admission = -1'],
    ['another kind than its state', `kind = 'open'`],
    ['an end of a hold that is none', `held_until = now()`],
    ['version 0', 'version = 0'],
    ['rules that are no list', `rules = '{}'`],
  ])('is refused by the database: %s', async (_, assignment) => {
    await create('a');
    const update = at.raw.query(
      `UPDATE breaker_state SET ${assignment} WHERE environment_id = $1`,
      [environmentId],
    );
    await expect(update).rejects.toMatchObject({ code: '23514' });
  });
});
