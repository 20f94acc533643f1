import { beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../database.js';
import { anna, openFixture } from '../spec/fixture.js';

const at = await openFixture();
const { db } = at;
let live: string;
let round = 0;

beforeEach(async () => {
  round += 1;
  const project = `project-${round}`;
  await db.environments.createProject(anna, project, project);
  const input = { key: 'live', name: 'live', kind: 'production' } as const;
  live = (await db.environments.create(anna, project, input)).id;
});

describe('environments', () => {
  it('begin with the breakers of their project', async () => {
    await db.breakers.create(live, anna, { key: 'a', reason: 'r' });
    const project = `project-${round}`;
    const input = { key: 'staging', name: 'Staging', kind: 'development' } as const;
    const made = await db.environments.create(anna, project, input);
    expect(await db.states.snapshot(made.id)).toMatchObject({
      seq: 0,
      breakers: [
        { key: 'a', version: 1, mode: 'auto', salt: (await db.states.load(live))[0]?.salt },
      ],
    });
    const again = db.environments.create(anna, project, input);
    await expect(again).rejects.toMatchObject({ code: 'already_exists' });
  });

  it('miss no breaker that is made at the same moment', async () => {
    const project = `project-${round}`;
    const keys = ['a', 'b', 'c', 'd'];
    const [made] = await Promise.all([
      db.environments.create(anna, project, { key: 'x', name: 'X', kind: 'production' }),
      ...keys.map((key) => db.breakers.create(live, anna, { key, reason: 'r' })),
    ]);
    const snapshot = await db.states.snapshot(made.id);
    expect(snapshot.breakers.map(({ key }) => key)).toEqual(keys);
  });

  it('are listed, found, and missed by a clear error', async () => {
    const projects = await db.environments.list();
    expect(projects.find(({ key }) => key === 'default')).toMatchObject({
      name: 'Default',
      environments: [
        { key: 'production', kind: 'production', seq: 0 },
        { key: 'development', kind: 'development', seq: 0 },
      ],
    });
    await expect(db.environments.find('nope', 'x')).rejects.toMatchObject({
      code: 'unknown_project',
    });
    await expect(db.environments.find('default', 'x')).rejects.toMatchObject({
      code: 'unknown_environment',
    });
    expect(await db.environments.get(at.production.id)).toEqual(at.production);
  });

  it('are seeded once, however often and by however many', async () => {
    const other = createDatabase(at.url);
    await Promise.all([db, other, db].map((each) => each.environments.seedDefaults()));
    await other.close();
    const { rows } = await at.raw.query(`SELECT 1 FROM project WHERE key = 'default'`);
    expect(rows).toHaveLength(1);
  });

  it('send every SDK to a new snapshot with a new epoch', async () => {
    await db.breakers.create(live, anna, { key: 'a', reason: 'r' });
    const { epoch, seq } = await db.states.snapshot(live);
    expect(await db.changes.since(live, epoch, seq, 10)).toEqual({ epoch, seq, changes: [] });
    const head = await db.environments.renewEpoch(anna, live, 'restored from a backup');
    expect(head).toMatchObject({ id: live, seq });
    expect(await db.changes.since(live, epoch, seq, 10)).toBe('gone');
    expect(await db.changes.since(live, head.epoch, seq, 10)).toMatchObject({ changes: [] });
  });
});
