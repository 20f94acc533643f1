import { tcpProxy, testPostgres, type TcpProxy, type TestServer } from '@recloser/testing';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClient, withClient } from './client.js';
import { createPool } from './pool.js';

const ADMIN = { name: 'test:admin' };
const STATEMENT_MS = 500;

let server: TestServer;
let proxy: TcpProxy;
let behind: string;
const pools: Pool[] = [];
const uncaught: unknown[] = [];
const note = (error: unknown) => void uncaught.push(error);

beforeAll(async () => {
  process.on('uncaughtException', note);
  server = await testPostgres();
  proxy = await tcpProxy(Number(new URL(server.url).port));
  const url = new URL(server.url);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  behind = url.href;
});

afterAll(async () => {
  await proxy.close();
  await server.close();
  process.off('uncaughtException', note);
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  expect(uncaught).toEqual([]);
});

function open(url: string, name: string, onLost?: (error: Error) => void): Pool {
  const pool = createPool(url, { name, max: 4, statementMs: STATEMENT_MS, connectMs: 500, onLost });
  pools.push(pool);
  return pool;
}

const terminate = (name: string) =>
  withClient(server.url, ADMIN, (client) =>
    client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [name],
    ),
  );

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!done()) {
    if (Date.now() > deadline) throw new Error('it did not happen within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a lost connection does not end the process', () => {
  it('while the client is checked out and idle', async () => {
    const pool = open(server.url, 'test:checked-out');
    const client = await pool.connect();
    let ended = false;
    client.once('end', () => {
      ended = true;
    });
    await client.query('BEGIN');
    await terminate('test:checked-out');
    await until(() => ended);
    await expect(client.query('SELECT 1')).rejects.toThrow();
    client.release(true);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('while the client waits for an answer', async () => {
    const pool = open(server.url, 'test:waiting');
    const client = await pool.connect();
    const answer = client.query('SELECT pg_sleep(60)');
    const failed = expect(answer).rejects.toThrow();
    await terminate('test:waiting');
    await failed;
    client.release(true);
  });

  it('while the client is idle in the pool', async () => {
    const lost: Error[] = [];
    const pool = open(server.url, 'test:idle', (error) => lost.push(error));
    await pool.query('SELECT 1');
    await terminate('test:idle');
    await until(() => lost.length > 0);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('while a single client without listeners is used', async () => {
    const client = createClient(server.url, { name: 'test:single' });
    await client.connect();
    let ended = false;
    client.once('end', () => {
      ended = true;
    });
    await terminate('test:single');
    await until(() => ended);
    await expect(client.query('SELECT 1')).rejects.toThrow();
  });
});

describe('a connection that dies without a word', () => {
  it('fails the statement within its time, and drops the idle ones with it', async () => {
    const lost: Error[] = [];
    const pool = open(behind, 'test:frozen', (error) => lost.push(error));
    await Promise.all([1, 2, 3].map(() => pool.query('SELECT pg_sleep(0.05)')));
    expect(pool.totalCount).toBe(3);
    proxy.freeze();
    await expect(pool.query('SELECT 1')).rejects.toThrow('Query read timeout');
    // Not one time-out for each connection of the pool: the next statement has a new one.
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(lost).toHaveLength(2);
  });

  it('fails an attempt to connect to a server that never answers', async () => {
    const silent = await tcpProxy(Number(new URL(behind).port));
    silent.stall();
    const url = new URL(behind);
    url.port = String(silent.port);
    const pool = open(url.href, 'test:silent');
    await expect(pool.query('SELECT 1')).rejects.toThrow(/timeout/);
    await silent.close();
  });
});
