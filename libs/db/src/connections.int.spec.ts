import { createPool, withClient } from '@recloser/postgres';
import { tcpProxy, type TcpProxy } from '@recloser/testing';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from './database.js';
import { anna, obey, openFixture, type Fixture } from './spec/fixture.js';
import { transaction } from './sql.js';

const NAME = 'test:parts';

let fixture: Fixture;
let proxy: TcpProxy;
let behind: string;
let environmentId: string;
const uncaught: unknown[] = [];
const note = (error: unknown) => void uncaught.push(error);

beforeAll(async () => {
  process.on('uncaughtException', note);
  fixture = await openFixture();
  environmentId = fixture.production.id;
  const url = new URL(fixture.url);
  proxy = await tcpProxy(Number(url.port));
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  behind = url.href;
  const input = { key: 'stripe', mode: 'auto', reason: 'test' } as const;
  await fixture.db.breakers.create(environmentId, anna, input);
});

afterAll(async () => {
  await proxy.close();
  process.off('uncaughtException', note);
  expect(uncaught).toEqual([]);
});

const lock = `SELECT 1 FROM environment WHERE id = $1 FOR NO KEY UPDATE`;
const trip = (db: Database) =>
  db.states.commit(environmentId, anna, ['stripe'], obey({ type: 'trip', until: null }));
const close = (db: Database) =>
  db.states.commit(environmentId, anna, ['stripe'], obey({ type: 'ramp.finish' }));

async function withPool(url: string, work: (pool: Pool) => Promise<void>): Promise<void> {
  const pool = createPool(url, { name: NAME, max: 2 });
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
}

describe('transaction', () => {
  it('fails as unavailable, and leaves the process alone, when its connection is terminated', async () => {
    await withPool(fixture.url, async (pool) => {
      const lost = transaction(pool, async (db) => {
        await db.query(lock, [environmentId]);
        await fixture.raw.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
          [NAME],
        );
        await db.query('SELECT 1');
      });
      await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
      expect(await transaction(pool, async (db) => (await db.query('SELECT 1')).rowCount)).toBe(1);
    });
  });

  it('gives its locks back within two seconds when its machine dies in the middle', async () => {
    await withPool(behind, async (pool) => {
      let begun = (): void => undefined;
      let wake = (): void => undefined;
      const began = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const asleep = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const dead = transaction(pool, async (db) => {
        await db.query(lock, [environmentId]);
        proxy.freeze();
        begun();
        await asleep;
      }).catch((error: unknown) => error);
      await began;
      const startedAt = performance.now();
      await trip(fixture.db);
      // It took no time-out but that of the idle transaction: the next shortest is ten seconds.
      expect(performance.now() - startedAt).toBeLessThan(9_000);
      await close(fixture.db);
      proxy.cut();
      proxy.heal();
      wake();
      expect(await dead).toMatchObject({ code: 'unavailable' });
    });
  });
});

describe('a database that has become read-only', () => {
  const readOnly = (on: boolean) =>
    withClient(fixture.url, { name: 'test:admin' }, async (client) => {
      const name = client.escapeIdentifier(new URL(fixture.url).pathname.slice(1));
      await client.query('SET default_transaction_read_only = off');
      await client.query(
        `ALTER DATABASE ${name} SET default_transaction_read_only = ${on ? 'on' : 'off'}`,
      );
    });

  it('is unavailable for writes and for readiness, and is left as soon as another one takes writes', async () => {
    await readOnly(true);
    const db = createDatabase(fixture.url, { maxConnections: 1, applicationName: NAME });
    try {
      expect(await db.now()).toBeGreaterThan(0);
      await expect(trip(db)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('read-only') as string,
      });
      await expect(db.check()).rejects.toMatchObject({ code: 'unavailable' });
      await readOnly(false);
      // The only connection of the pool had been opened while the database was read-only.
      await db.check();
      expect((await trip(db)).changes).toHaveLength(1);
    } finally {
      await readOnly(false);
      await db.close();
    }
  });
});
