import { DEFAULT_CORRELATED } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { anna, newProject, openFixture } from '../spec/fixture.js';

const { db, raw } = await openFixture();
const edit = (expectedRevision: number, correlated: object) => ({
  expectedRevision,
  correlated,
  reason: 'too noisy',
});

describe('settings of openings', () => {
  it('begin with the default, and keep what an edit leaves out', async () => {
    const { live, dev } = await newProject(db);
    expect(await db.openings.read(live)).toEqual({
      correlated: DEFAULT_CORRELATED,
      revision: 1,
      hold: null,
    });
    await db.openings.edit(live, anna, edit(1, { waitMs: 5_000 }));
    const after = await db.openings.edit(live, anna, edit(2, { breakers: null }));
    expect(after).toMatchObject({ correlated: { breakers: null, share: 0.5, waitMs: 5_000 } });
    expect(await db.openings.read(live)).toEqual(after);
    expect((await db.openings.read(dev)).revision).toBe(1);
    const { items } = await db.audit.list({ chain: live, action: 'environment' }, { limit: 9 });
    expect(
      items.map(({ reason, before, after: now }) => ({ reason, before, after: now }))[0],
    ).toEqual({
      reason: 'too noisy',
      before: { revision: 2, correlated: { ...DEFAULT_CORRELATED, waitMs: 5_000 } },
      after: { revision: 3, correlated: { breakers: null, share: 0.5, waitMs: 5_000 } },
    });
    expect(await db.audit.verify(live)).toMatchObject({ ok: true });
  });

  it('refuse an edit of what somebody else has edited since, and of no environment', async () => {
    const { live } = await newProject(db);
    await db.openings.edit(live, anna, edit(1, { share: 0.2 }));
    await expect(db.openings.edit(live, anna, edit(1, { share: 0.3 }))).rejects.toMatchObject({
      code: 'version_conflict',
      details: { expected: 1, actual: 2 },
    });
    await expect(db.openings.read('no uuid')).rejects.toMatchObject({
      code: 'unknown_environment',
    });
  });
});

describe('a hold', () => {
  const hold = (since: number) => ({
    since,
    until: since + 2_000,
    breakers: ['a', 'b'],
    active: 3,
    instances: 2,
  });

  it('is written once, whoever comes first', async () => {
    const { live } = await newProject(db);
    const now = Date.now();
    const settled = await Promise.all(
      [0, 100, 200].map((later) => db.openings.hold(live, hold(now + later))),
    );
    expect(new Set(settled.map(({ since }) => since)).size).toBe(1);
    expect((await db.openings.read(live)).hold).toEqual(settled[0]);
    expect(await db.openings.hold(live, hold(now + 90_000))).toEqual(hold(now + 90_000));
    const { items } = await db.audit.list({ chain: live, action: 'openings.held' }, { limit: 9 });
    expect(items).toHaveLength(2);
  });

  it('that cannot be read is none', async () => {
    const { live } = await newProject(db);
    await raw.query(`UPDATE environment SET openings_hold = '{"since":"?"}' WHERE id = $1`, [live]);
    expect((await db.openings.read(live)).hold).toBeNull();
  });
});
