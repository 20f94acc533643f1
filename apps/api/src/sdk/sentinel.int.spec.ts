import { type Platform, startPlatform } from '@recloser/platform';
import { Recloser } from '@recloser/sdk';
import {
  type RedisSentinels,
  testAuthority,
  type TestAuthority,
  testSentinels,
} from '@recloser/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HASTY_POLICY } from '../testing/hasty-policy.js';
import { eventually } from '../testing/poll.js';
import { PRODUCTION } from '../testing/prepare.js';
import { RestClient } from '../testing/rest-client.js';

const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };
const CALL_EVERY_MS = 20;

let authority: TestAuthority;
let redis: RedisSentinels;
let platform: Platform;
let admin: RestClient;
let sdk: Recloser;
/** Calls of each breaker fail. */
const down = new Set<string>();
const timers: NodeJS.Timeout[] = [];

beforeAll(async () => {
  authority = testAuthority();
  redis = await testSentinels({ authority, password: 'secret', sentinelPassword: 'watch' });
  platform = await startPlatform({
    ephemeral: true,
    web: false,
    port: 0,
    workers: 2,
    admin: ADMIN,
    redisUrl: redis.url,
    env: {
      REDIS_SENTINELS: redis.sentinels.map(({ host, port }) => `${host}:${port}`).join(','),
      REDIS_SENTINEL_PASSWORD: 'watch',
      REDIS_CA_FILE: authority.ca,
    },
    log: () => undefined,
  });
  admin = await new RestClient(platform.url).signIn(ADMIN.email, ADMIN.password);
  const { body } = await admin.post(`${PRODUCTION}/keys`, { name: 'test' });
  sdk = new Recloser({
    url: platform.url,
    sdkKey: (body as { key: string }).key,
    service: 'checkout',
  });
  sdk.on('error', () => undefined);
  expect(await sdk.ready({ timeoutMs: 60_000 })).toBe(true);
});

afterAll(async () => {
  for (const timer of timers) clearInterval(timer);
  await sdk.close();
  await platform.stop();
  await redis.close();
  authority.close();
});

async function use(key: string): Promise<void> {
  const breaker = { key, mode: 'auto', policy: HASTY_POLICY, reason: 'test' };
  expect((await admin.post(`${PRODUCTION}/breakers`, breaker)).status).toBe(201);
  const guarded = sdk.breaker(key);
  const call = () => (down.has(key) ? Promise.reject(new Error('down')) : Promise.resolve(key));
  let calls = 0;
  const timer = setInterval(() => {
    // Many accounts: some are in the first step of every ramp.
    guarded.protect(call, { accountId: `${(calls += 1)}` }).catch(() => undefined);
  }, CALL_EVERY_MS);
  timers.push(timer);
}

const stateOf = async (key: string): Promise<string> => {
  const { body } = await admin.get(`${PRODUCTION}/breakers/${key}`);
  return (body as { state: string }).state;
};
const becomes = (key: string, wanted: (state: string) => boolean) =>
  eventually(`${key} changes`, async () => (wanted(await stateOf(key)) ? true : null));

it('a kill -9 of the Redis master costs no decision, and what is decided goes on with the new master', async () => {
  for (const key of ['failing', 'held', 'later']) await use(key);
  down.add('failing');
  await becomes('failing', (state) => state !== 'closed');
  const failover = redis.loseMaster('SIGKILL');
  // What a person decides meanwhile is committed, and reaches the instance without any Redis.
  const trip = await admin.post(`${PRODUCTION}/breakers/held/trip`, { reason: 'test' });
  expect(trip.status).toBe(200);
  await eventually('the trip arrives', () => (sdk.breaker('held').allows() ? null : true));
  expect(await stateOf('failing')).not.toBe('closed');
  await failover;

  down.delete('failing');
  await becomes('failing', (state) => state === 'closed');
  down.add('later');
  await becomes('later', (state) => state !== 'closed');
  expect(await stateOf('held')).toBe('open');
  const { body } = await admin.get(`${PRODUCTION}/audit?breaker=held&limit=100`);
  const { items } = body as { items: { action: string }[] };
  expect(items.filter(({ action }) => action === 'breaker.trip')).toHaveLength(1);
});
