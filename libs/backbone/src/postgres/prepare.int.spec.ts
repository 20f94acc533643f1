import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { QUIET, testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backbone, connectBackbone, prepareBackbone } from '../index.js';

describe('prepareBackbone', () => {
  const role = `runtime_${randomBytes(4).toString('hex')}`;
  let server: TestServer;
  let admin: Client;
  let runtimeUrl: string;
  const opened: Backbone[] = [];
  beforeAll(async () => {
    server = await testPostgres();
    admin = new Client({ connectionString: server.url });
    await admin.connect();
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    const url = new URL(server.url);
    url.username = role;
    url.password = 'secret';
    runtimeUrl = url.toString();
  });
  afterAll(async () => {
    await Promise.all(opened.map((backbone) => backbone.close()));
    await admin.query(`DROP OWNED BY ${role}`);
    await admin.query(`DROP ROLE ${role}`);
    await admin.end();
    await server.close();
  });

  async function connect(databaseUrl: string): Promise<Backbone> {
    const backbone = await connectBackbone({ databaseUrl, name: 'test', log: QUIET });
    opened.push(backbone);
    return backbone;
  }
  const setLayout = (version: number) =>
    admin.query('UPDATE recloser_signals.layout SET version = $1', [version]);

  it('says what to do when the tables are missing and the role may not create them', async () => {
    await expect(connect(runtimeUrl)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('DATABASE_ADMIN_URL') as string,
    });
  });

  it('can be run by several at once, again and again', async () => {
    const prepare = () => prepareBackbone(server.url, { runtimeUrl });
    await Promise.all([prepare(), prepare(), prepare()]);
    await prepare();
    const { rows } = await admin.query(
      `SELECT relpersistence AS kind FROM pg_class
      WHERE relnamespace = 'recloser_signals'::regnamespace AND relkind = 'r' AND relname <> 'layout'
      GROUP BY 1`,
    );
    expect(rows).toEqual([{ kind: 'u' }]);
  });

  it('gives the run-time role what it needs, and no more', async () => {
    const { signals, bus, queues } = await connect(runtimeUrl);
    const claim = { environmentId: 'e', breaker: 'b', version: 1, round: 1 };
    await signals.markDirty('e', ['b']);
    expect(await signals.takeDirty(1)).toHaveLength(1);
    expect(await signals.claimPermits(claim, 1, 1)).toEqual(['1.1.0']);
    await signals.prune(0);
    const heard: unknown[] = [];
    await bus.subscribe('seq', (payload) => void heard.push(payload));
    await bus.publish('seq', { environmentId: 'e' });
    await expect.poll(() => heard).toHaveLength(1);
    const done: unknown[] = [];
    await queues.process({
      evaluate: (payload) => {
        done.push(payload);
        return Promise.resolve();
      },
    });
    await queues.add('evaluate', { environmentId: 'e' });
    await queues.every('rollup', 60_000);
    await expect.poll(() => done, { timeout: 60_000 }).toEqual([{ environmentId: 'e' }]);

    const client = new Client({ connectionString: runtimeUrl });
    await client.connect();
    const denied = { code: '42501' };
    await expect(client.query('DROP TABLE recloser_signals.bucket')).rejects.toMatchObject(denied);
    const create = client.query('CREATE TABLE recloser_signals.mine (id int)');
    await expect(create).rejects.toMatchObject(denied);
    await client.end();
  });

  it('keeps what is there when nothing changed', async () => {
    const { signals } = await connect(server.url);
    await signals.markDirty('e', ['kept']);
    await prepareBackbone(server.url);
    expect(await (await connect(server.url)).signals.takeDirty(1)).toHaveLength(1);
  });

  it('replaces tables of an older layout, and leaves newer ones alone', async () => {
    const { signals } = await connect(server.url);
    await signals.markDirty('e', ['old']);
    await setLayout(0);
    await expect(connect(runtimeUrl)).rejects.toMatchObject({ code: 'unavailable' });
    await prepareBackbone(server.url, { runtimeUrl });
    expect(await signals.takeDirty(1)).toEqual([]);

    await setLayout(1_000);
    await expect(prepareBackbone(server.url)).rejects.toMatchObject({ code: 'unavailable' });
    const { rows } = await admin.query('SELECT version FROM recloser_signals.layout');
    expect(rows).toEqual([{ version: 1_000 }]);
  });
});

describe('connectBackbone', () => {
  it('says what to do when Redis cannot be reached', async () => {
    const options = { databaseUrl: '', redisUrl: 'redis://127.0.0.1:1', name: 'test', log: QUIET };
    await expect(connectBackbone(options)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('REDIS_URL') as string,
    });
  });
});
