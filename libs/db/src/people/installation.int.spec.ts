import { withClient } from '@recloser/postgres';
import { databaseUrl, dropDatabase, ensureDatabase } from '@recloser/platform';
import { describe, expect, it } from 'vitest';
import { SYSTEM_CHAIN } from '../audit/chain.js';
import { createDatabase, type Database } from '../database.js';
import { anna, openFixture, toggle } from '../spec/fixture.js';

const at = await openFixture();

async function epochs(db: Database): Promise<string[]> {
  return (await db.environments.heads()).map(({ epoch }) => epoch).sort();
}

describe('the server of a database', () => {
  it('is noted when it is first seen, and nothing happens while it stays', async () => {
    const before = await epochs(at.db);
    expect(await at.db.installation.checkServer()).toEqual([]);
    expect(await at.db.installation.checkServer()).toEqual([]);
    expect(await epochs(at.db)).toEqual(before);
    expect(await at.db.installation.id()).toBe(await at.db.installation.id());
  });

  it('gives every environment a new epoch, once, when the database comes from a copy', async () => {
    await at.db.breakers.create(at.production.id, anna, { key: 'stripe', reason: 'r' });
    await at.db.installation.checkServer();
    const before = await epochs(at.db);
    const id = await at.db.installation.id();
    const name = `${new URL(at.url).pathname.slice(1)}_restored`;
    // A copy needs that nobody is connected.
    const source = new URL(at.url).pathname.slice(1);
    const admin = databaseUrl(at.url, 'postgres');
    await withClient(admin, { name: 'test:admin' }, (client) =>
      client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
        source,
      ]),
    );
    await ensureDatabase(admin, name, source);
    const copies = [1, 2, 3].map(() => createDatabase(databaseUrl(at.url, name)));
    const [copy] = copies;
    try {
      const renewed = await Promise.all(copies.map((db) => db.installation.checkServer()));
      expect(renewed.map(({ length }) => length).sort()).toEqual([0, 0, 2]);
      const after = await epochs(copy!);
      expect(after).toHaveLength(2);
      expect(after.some((epoch) => before.includes(epoch))).toBe(false);
      expect(await copy!.installation.checkServer()).toEqual([]);
      expect(await copy!.installation.id()).toBe(id);
      const { items } = await copy!.audit.list({ chain: SYSTEM_CHAIN }, { limit: 10 });
      expect(items.filter(({ action }) => action === 'environment.renew_epoch')).toHaveLength(2);
      expect(items[0]).toMatchObject({ actor: { kind: 'system' } });
    } finally {
      await Promise.all(copies.map((db) => db.close()));
      await dropDatabase(admin, name);
    }
  });
});

describe('renewing the epoch of an environment whose log went back', () => {
  it('is done once, however many notice it', async () => {
    const db = createDatabase(at.url);
    try {
      const { id } = at.production;
      await db.states.commit(id, anna, ['stripe'], toggle);
      const { epoch } = (await db.environments.heads()).find((head) => head.id === id)!;
      const heads = await Promise.all(
        [1, 2, 3].map(() => db.environments.renewEpochOf(id, epoch, 'it went back')),
      );
      expect(heads.filter((head) => head !== null)).toHaveLength(1);
    } finally {
      await db.close();
    }
  });
});
