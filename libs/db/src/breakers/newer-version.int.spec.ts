import { DEFAULT_POLICY, type Rule } from '@recloser/core';
import type { SchedulePlan } from '@recloser/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../database.js';
import { anna, newProject, obey, openFixture } from '../spec/fixture.js';

/** What stands in the database while a newer version runs beside this one. */
const at = await openFixture();
const { db } = at;
const rules: readonly Rule[] = [
  {
    id: 'staff',
    when: 'always',
    clauses: [{ attribute: 'staff', operator: 'in', values: [true] }],
    effect: { kind: 'admit' },
  },
];
const LATER = { later: { a: 1 } };
let environmentId: string;

interface Stored {
  readonly state: Record<string, unknown>;
  readonly scopes: readonly Record<string, unknown>[];
  readonly policy: { readonly recovery: object };
  readonly rules: readonly { readonly clauses: readonly object[] }[];
}

async function stored(key: string): Promise<Stored> {
  const { rows } = await at.raw.query<Stored>(
    `SELECT s.state, s.scopes, s.policy, s.rules FROM breaker_state s JOIN breaker b ON b.id = s.breaker_id
     WHERE s.environment_id = $1 AND b.key = $2`,
    [environmentId, key],
  );
  return rows[0]!;
}

const overwrite = (assignments: string, values: unknown[]) =>
  at.raw.query(`UPDATE breaker_state s SET ${assignments} WHERE s.environment_id = $1`, [
    environmentId,
    ...values,
  ]);

/** A ramp, a part of the fleet, a policy and a rule with fields that this version does not know. */
async function writeAsNewer(): Promise<void> {
  await db.breakers.create(environmentId, anna, { key: 'a', reason: 'r', rules, mode: 'auto' });
  await db.states.commit(environmentId, anna, ['a'], obey({ type: 'trip', until: null }));
  await db.states.commit(environmentId, anna, ['a'], obey({ type: 'ramp.start' }));
  const part = {
    scope: { kind: 'zone', value: 'z' },
    version: 2,
    state: { kind: 'dimmed', since: 1, admission: 0, ...LATER },
    control: { mode: 'held', until: null, ...LATER },
    within: {},
    instances: 1,
    last: { at: 1, cause: 'a_later_cause', summary: '', actor: null, reason: '' },
    ...LATER,
  };
  await overwrite(
    `state = s.state || $2, scopes = $3, policy = jsonb_set(s.policy, '{recovery,later}', '1'),
     rules = jsonb_set(s.rules, '{0,clauses,0,later}', '1'),
     last = jsonb_set(s.last, '{evidence,cause}', '"a_later_cause"')`,
    [JSON.stringify(LATER), JSON.stringify([part])],
  );
}

beforeEach(async () => {
  ({ live: environmentId } = await newProject(db));
  await writeAsNewer();
});

function expectNothingLost({ scopes, policy, rules: kept }: Stored): void {
  expect(scopes).toMatchObject([
    { ...LATER, state: { kind: 'dimmed', ...LATER }, control: { mode: 'held', ...LATER } },
  ]);
  expect(policy).toMatchObject({
    ...DEFAULT_POLICY,
    recovery: { ...DEFAULT_POLICY.recovery, later: 1 },
  });
  expect(kept[0]?.clauses).toEqual([{ ...rules[0]?.clauses[0], later: 1 }]);
}

describe('what a newer version has written', () => {
  it('is read and shown, down to a cause that nobody here knows', async () => {
    const { breakers } = await db.states.snapshot(environmentId);
    expect(breakers).toMatchObject([{ key: 'a', state: 'ramping', scopes: [{ value: 'z' }] }]);
    const loaded = await db.states.get(environmentId, 'a');
    expect(loaded.last).toBeNull();
    expect(loaded.scopes?.[0]).not.toHaveProperty('last');
  });

  it('outlives a step of the ramp', async () => {
    await db.states.commit(environmentId, anna, ['a'], obey({ type: 'ramp.next' }));
    const after = await stored('a');
    expect(after.state).toMatchObject({ kind: 'ramping', step: 1, ...LATER });
    expectNothingLost(after);
  });

  it('outlives an edit of something else', async () => {
    await db.breakers.edit(environmentId, anna, 'a', {
      name: 'A',
      expectedRevision: 1,
      reason: 'r',
    });
    const after = await stored('a');
    expect(after.state).toMatchObject({ kind: 'ramping', step: 0, ...LATER });
    expectNothingLost(after);
  });

  it('is handed on to SDKs with the changes', async () => {
    await at.raw.query(`UPDATE change SET view = view || $2 WHERE environment_id = $1`, [
      environmentId,
      JSON.stringify(LATER),
    ]);
    const { epoch } = await db.states.snapshot(environmentId);
    const since = await db.changes.since(environmentId, epoch, 0, 9);
    expect(since).toMatchObject({ changes: [{ view: LATER }, { view: LATER }, { view: LATER }] });
  });

  it('stays in a segment whose name is edited', async () => {
    const { clauses } = rules[0]!;
    await db.segments.create(environmentId, anna, { key: 'staff', clauses, reason: 'r' });
    await at.raw.query(
      `UPDATE segment SET clauses = jsonb_set(clauses, '{0,later}', '1') WHERE environment_id = $1`,
      [environmentId],
    );
    const edit = { name: 'Staff', expectedRevision: 1, reason: 'r' };
    await db.segments.edit(environmentId, anna, 'staff', edit);
    const segment = await db.segments.get(environmentId, 'staff');
    expect(segment.clauses).toEqual([{ ...clauses[0], later: 1 }]);
  });

  it('is in the audit log without the evidence that nobody here can read', async () => {
    const { items } = await db.audit.list({ chain: environmentId }, { limit: 1 });
    await at.raw.query('ALTER TABLE audit_event DISABLE TRIGGER USER');
    await at.raw.query(`UPDATE audit_event SET body = $2 WHERE id = $1`, [
      items[0]?.id,
      Buffer.from(JSON.stringify({ before: 1, after: 2, evidence: { cause: 'a_later_cause' } })),
    ]);
    await at.raw.query('ALTER TABLE audit_event ENABLE TRIGGER USER');
    expect((await db.audit.list({ chain: environmentId }, { limit: 1 })).items[0]).toMatchObject({
      after: 2,
      evidence: null,
    });
  });
});

describe('a schedule of a newer version', () => {
  it('is left out and told, and the others go on', async () => {
    const told: string[] = [];
    const here = createDatabase(at.url, { onCorruptRow: ({ message }) => told.push(message) });
    const plan: SchedulePlan = {
      when: { kind: 'once', date: '2026-01-01', time: '10:00' },
      timeZone: 'UTC',
      durationMinutes: 10,
      leadMinutes: 0,
      action: { kind: 'open' },
      breakers: ['a'],
      tags: [],
    };
    const about = { name: '', description: '', plan, reason: 'r' };
    for (const key of ['one', 'two']) {
      await here.schedules.create(environmentId, anna, { key, ...about });
    }
    await at.raw.query(
      `UPDATE schedule SET plan = plan || '{"exceptOn": ["2026-01-01"]}' WHERE environment_id = $1 AND key = 'one'`,
      [environmentId],
    );
    try {
      const due = await here.schedules.due(9);
      expect(due.map(({ key }) => key)).toEqual(['two']);
      const listed = await here.schedules.list(environmentId);
      expect(listed.map(({ key }) => key)).toEqual(['two']);
      await expect(here.schedules.get(environmentId, 'one')).rejects.toMatchObject({
        code: 'corrupt_row',
      });
    } finally {
      await here.close();
    }
    expect(told).toEqual([expect.stringContaining('Schedule "one"')]);
  });
});
