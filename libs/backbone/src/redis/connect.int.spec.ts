import { readFileSync } from 'node:fs';
import { freePort, startRedis, type RedisServer } from '@recloser/platform';
import { testAuthority, type TestAuthority, testRedisCluster } from '@recloser/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectBackbone } from '../connect.js';
import type { Backbone } from '../ports.js';
import type { RedisSettings } from './settings.js';
import { Exercise } from './exercise.fake.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let authority: TestAuthority;
let stranger: TestAuthority;
const closing: (() => unknown)[] = [];
const opened: Backbone[] = [];

beforeAll(() => {
  authority = testAuthority();
  stranger = testAuthority();
});
afterEach(async () => {
  for (const backbone of opened.splice(0)) await backbone.close();
  for (const close of closing.splice(0)) await close();
});
afterAll(() => {
  authority.close();
  stranger.close();
});

async function start(...args: string[]): Promise<RedisServer> {
  const server = await startRedis(args);
  closing.push(() => server.stop());
  return server;
}

/** A server that speaks TLS on a port of its own, with this certificate. */
async function startTls(name: string, altNames: string, ...args: string[]): Promise<number> {
  const { cert, key } = authority.issue(name, altNames);
  const port = await freePort();
  const files = [
    '--tls-cert-file',
    cert,
    '--tls-key-file',
    key,
    '--tls-ca-cert-file',
    authority.ca,
  ];
  await start('--tls-port', String(port), ...files, ...args);
  return port;
}

const pem = (path: string): string => readFileSync(path, 'utf8');
const LOOPBACK = 'DNS:localhost,IP:127.0.0.1';

async function connect(redisUrl: string, redis: RedisSettings = {}): Promise<Backbone> {
  const backbone = await connectBackbone({ databaseUrl: '', redisUrl, redis, name: 'test', log });
  opened.push(backbone);
  return backbone;
}

const problemOf = (connecting: Promise<unknown>): Promise<unknown> =>
  connecting.then(
    () => null,
    (error: unknown) => error,
  );

describe('a Redis that speaks TLS', () => {
  it('carries signals, bus and jobs once its authority is named', async () => {
    const port = await startTls('good', LOOPBACK, '--tls-auth-clients', 'no');
    const backbone = await connect(`rediss://localhost:${port}`, { ca: pem(authority.ca) });
    const exercise = await Exercise.begin(backbone);
    await exercise.worksAgain();
  });

  it('that asks for certificates of clients gets one', async () => {
    const port = await startTls('strict', LOOPBACK);
    const { cert, key } = authority.issue('client');
    const login = { ca: pem(authority.ca), cert: pem(cert), key: pem(key) };
    const backbone = await connect(`rediss://127.0.0.1:${port}`, login);
    const exercise = await Exercise.begin(backbone);
    await exercise.worksAgain();
    const anonymous = connect(`rediss://127.0.0.1:${port}`, { ca: pem(authority.ca) });
    expect(await problemOf(anonymous)).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('REDIS_CERT_FILE') as string,
    });
  });
});

describe('a Redis that cannot be used is refused at the start, and the message says what to do', () => {
  it.each<[string, (port: { tls: number; plain: number }) => Promise<unknown>, RegExp]>([
    [
      'its authority is unknown',
      ({ tls }) => connect(`rediss://localhost:${tls}`),
      /localhost:\d+\) shows a certificate of an authority .* REDIS_CA_FILE/,
    ],
    [
      'its authority is another one',
      ({ tls }) => connect(`rediss://localhost:${tls}`, { ca: pem(stranger.ca) }),
      /REDIS_CA_FILE/,
    ],
    [
      'its certificate is for another name',
      ({ tls }) => connect(`rediss://127.0.0.1:${tls}`, { ca: pem(authority.ca) }),
      /for another name/,
    ],
    [
      'it does not speak TLS',
      ({ plain }) => connect(`rediss://localhost:${plain}`),
      /redis:\/\/ instead of rediss:\/\/|rediss:\/\//,
    ],
    ['it speaks nothing but TLS', ({ tls }) => connect(`redis://localhost:${tls}`), /rediss:\/\//],
    ['the password is missing', ({ plain }) => connect(`redis://localhost:${plain}`), /password/],
    [
      'the password is wrong',
      ({ plain }) => connect(`redis://:wrong@localhost:${plain}`),
      /refuses the user or the password/,
    ],
    ['nobody listens', () => connect('redis://127.0.0.1:9'), /127\.0\.0\.1:9\).*ECONNREFUSED/],
  ])('because %s', async (_, attempt, message) => {
    const tls = await startTls('localhost-only', 'DNS:localhost', '--tls-auth-clients', 'no');
    const plain = (await start('--requirepass', 'secret')).port;
    expect(await problemOf(attempt({ tls, plain }))).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each(['allkeys-lru', 'volatile-ttl'])('because it evicts by %s', async (policy) => {
    const { url } = await start('--maxmemory-policy', policy);
    expect(await problemOf(connect(url))).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('CONFIG SET maxmemory-policy noeviction') as string,
    });
  });

  it('because one node of the cluster evicts', async () => {
    const cluster = await testRedisCluster();
    closing.push(() => cluster.close());
    await cluster.onEveryNode('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu');
    expect(await problemOf(connect(cluster.url))).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('maxmemory-policy allkeys-lfu') as string,
    });
  });
});
