import { connect } from 'node:net';
import { withClient } from '@recloser/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, testPostgres, testRedis } from './servers.js';

describe('testPostgres', () => {
  let first: TestServer;
  let second: TestServer;
  beforeAll(async () => {
    [first, second] = await Promise.all([testPostgres(), testPostgres()]);
  });
  afterAll(async () => {
    await Promise.all([first.close(), second.close()]);
  });

  it('gives every caller a database of its own', async () => {
    await withClient(first.url, (client) => client.query('CREATE TABLE mark (id int)'));
    const seen = await withClient(second.url, (client) =>
      client.query("SELECT to_regclass('mark') AS mark"),
    );
    expect(seen.rows).toEqual([{ mark: null }]);
  });

  it('fills a template once and copies it', async () => {
    let filled = 0;
    const template = {
      name: 'template_of_a_test',
      prepare: (url: string) => {
        filled += 1;
        return withClient(url, (client) => client.query('CREATE TABLE ready AS SELECT 7 AS n'));
      },
    };
    const copies = await Promise.all([testPostgres({ template }), testPostgres({ template })]);
    const rows = await Promise.all(
      copies.map(({ url }) => withClient(url, (client) => client.query('SELECT n FROM ready'))),
    );
    expect(rows.map((result): unknown[] => result.rows)).toEqual([[{ n: 7 }], [{ n: 7 }]]);
    expect(filled).toBe(1);
    await Promise.all(copies.map((copy) => copy.close()));
  });
});

describe('testRedis', () => {
  it('answers until it is closed', async () => {
    const server = await testRedis();
    const port = Number(new URL(server.url).port);
    expect(await accepts(port)).toBe(true);
    await server.close();
    expect(await accepts(port)).toBe(false);
  });
});

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
