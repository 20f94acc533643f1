import { readFileSync } from 'node:fs';
import {
  type RedisSentinels,
  testAuthority,
  type TestAuthority,
  testSentinels,
} from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectBackbone } from '../connect.js';
import type { Backbone } from '../ports.js';
import { Exercise } from './exercise.fake.js';
import type { RedisSettings } from './settings.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const LOGIN = { password: 'p@ss:word', sentinelPassword: 'watch' };

let authority: TestAuthority;
let ours: RedisSentinels;

beforeAll(async () => {
  authority = testAuthority();
  ours = await testSentinels({ authority, ...LOGIN });
});
afterAll(async () => {
  await ours.close();
  authority.close();
});

const trusted = (): RedisSettings => ({
  sentinels: ours.sentinels,
  sentinelPassword: LOGIN.sentinelPassword,
  ca: readFileSync(authority.ca, 'utf8'),
});

const connect = (redisUrl: string, redis: RedisSettings): Promise<Backbone> =>
  connectBackbone({ databaseUrl: '', redisUrl, redis, name: 'test', log });

describe('Redis behind three Sentinels, with TLS and passwords everywhere', () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'the name of the master is unknown',
      () => connect(ours.url.replace('mymaster', 'other'), trusted()),
      /does not know a master "other".*redis:\/\/mymaster/,
    ],
    [
      'the password for the Sentinels is wrong',
      () => connect(ours.url, { ...trusted(), sentinelPassword: 'wrong' }),
      /Sentinel 127\.0\.0\.1:\d+ refuses the login.*REDIS_SENTINEL_PASSWORD/,
    ],
    [
      'the password for the Sentinels is missing',
      () => connect(ours.url, { ...trusted(), sentinelPassword: undefined }),
      /REDIS_SENTINEL_PASSWORD/,
    ],
    [
      'the password of the master is wrong',
      () => connect('rediss://:wrong@mymaster', trusted()),
      /master "mymaster"\) refuses the user or the password/,
    ],
    [
      'their authority is not known',
      () => connect(ours.url, { ...trusted(), ca: undefined }),
      /Sentinel 127\.0\.0\.1:\d+ shows a certificate .* REDIS_CA_FILE/,
    ],
    [
      'nobody is there',
      () => connect(ours.url, { ...trusted(), sentinels: [{ host: '127.0.0.1', port: 9 }] }),
      /Sentinel 127\.0\.0\.1:9 cannot be used \(ECONNREFUSED\)/,
    ],
  ])(
    'is refused at the start when %s, and the message says what to do',
    async (_, attempt, why) => {
      const error: unknown = await attempt().then(
        () => null,
        (problem: unknown) => problem,
      );
      expect(error).toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(why) as string,
      });
    },
  );

  it('is found through any Sentinel that still answers', async () => {
    const sentinels = [{ host: '127.0.0.1', port: 9 }, ...ours.sentinels];
    const backbone = await connect(ours.url, { ...trusted(), sentinels });
    try {
      expect(await backbone.signals.now()).toBeGreaterThan(0);
    } finally {
      await backbone.close();
    }
  });

  it('goes on with the new master after a kill -9 of the old one', async () => {
    const backbone = await connect(ours.url, trusted());
    try {
      const exercise = await Exercise.begin(backbone);
      await exercise.worksAgain();
      await ours.loseMaster('SIGKILL');
      await exercise.worksAgain();
    } finally {
      await backbone.close();
    }
  });
});

describe('Redis behind three Sentinels, without TLS and passwords', () => {
  it('goes on with the new master when the old one hangs, and when that comes back as a replica', async () => {
    const plain = await testSentinels();
    const backbone = await connect(plain.url, { sentinels: plain.sentinels });
    try {
      const exercise = await Exercise.begin(backbone);
      await exercise.worksAgain();
      const pid = await plain.loseMaster('SIGSTOP');
      await exercise.worksAgain();
      process.kill(pid, 'SIGCONT');
      for (let i = 0; i < 20; i += 1) await exercise.worksAgain();
    } finally {
      await backbone.close();
      await plain.close();
    }
  });
});
