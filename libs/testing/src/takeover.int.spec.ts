import { createDatabase, type Database } from '@recloser/db';
import { type Platform, startPlatform } from '@recloser/platform';
import { type BreakerState, commandBreaker } from '@recloser/core';
import { type Breaker, Recloser } from '@recloser/sdk';
import { Redis } from 'ioredis';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { testPostgres, testRedis, type TestServer } from './servers.js';

const PERSON = { kind: 'user', id: 'u1', name: 'Ada' } as const;
const INSTANCES = 4;
const PATIENCE = { timeout: 40_000, interval: 200 };

let postgres: TestServer;
let redis: TestServer;
let platform: Platform;
let database: Database;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([testPostgres(), testRedis()]);
  platform = await startPlatform({
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    web: false,
    port: 0,
    log: () => undefined,
  });
  database = createDatabase(postgres.url);
}, 120_000);

afterAll(async () => {
  await database.close();
  await platform.stop();
  await redis.close();
  await postgres.close();
});

/** Instances whose dependency is dead from `die` on. */
async function fleetOf(environmentId: string, key: string) {
  const { key: sdkKey } = await database.keys.create(environmentId, PERSON, 'checkout');
  await database.breakers.create(environmentId, PERSON, { key, mode: 'auto', reason: 'test' });
  const url = platform.url.replace('http', 'ws');
  const sdks = Array.from(
    { length: INSTANCES },
    (_, index) =>
      new Recloser({ url, sdkKey, service: 'checkout', instanceId: `${key}-${index + 1}` }),
  );
  const breakers: Breaker[] = sdks.map((sdk) => sdk.breaker(key));
  const dependency = { isDead: false };
  const call = async (): Promise<void> => {
    if (dependency.isDead) throw new Error('dead');
    return Promise.resolve();
  };
  const timer = setInterval(() => {
    for (const breaker of breakers) breaker.protect(call).catch(() => undefined);
  }, 50);
  return {
    dependency,
    reject: () => breakers.every((breaker) => breaker.stats().state !== 'closed'),
    connected: () => sdks.every((sdk) => sdk.status().connected),
    stop: async () => {
      clearInterval(timer);
      await Promise.all(sdks.map((sdk) => sdk.close()));
    },
  };
}

async function stateOf(environmentId: string, key: string): Promise<BreakerState> {
  const [breaker] = await database.states.load(environmentId, [key]);
  if (breaker === undefined) throw new Error(`There is no ${key}.`);
  return breaker.state;
}

async function summaries(
  environmentId: string,
  key: string,
): Promise<(readonly [string, string])[]> {
  const { items } = await database.audit.list(
    { chain: environmentId, breaker: key },
    { limit: 50 },
  );
  return items.map(({ action, evidence }) => [action, evidence?.summary ?? ''] as const).reverse();
}

describe('a fleet that opened by itself', () => {
  it.each([
    [
      'the worker was killed and Redis emptied in mid-trip',
      'worker-1',
      'production',
      async () => {
        const client = new Redis(redis.url);
        await client.flushall();
        client.disconnect();
      },
    ],
    ['the API node was killed in mid-trip', 'api', 'development', () => Promise.resolve()],
  ] as const)(
    'is open in the database once the control plane is back, after %s',
    async (_, killed, environment, lose) => {
      const { id: environmentId } = await database.environments.find('default', environment);
      const key = `of-${killed}`;
      const fleet = await fleetOf(environmentId, key);
      await vi.waitFor(() => expect(fleet.connected()).toBe(true), PATIENCE);
      fleet.dependency.isDead = true;
      await platform.halt(killed, 'SIGKILL');
      await lose();
      await vi.waitFor(() => expect(fleet.reject()).toBe(true), PATIENCE);
      const rejectedAt = (await database.states.load(environmentId, [key]))[0]?.now ?? 0;
      expect((await stateOf(environmentId, key)).kind).toBe('closed');

      await platform.restart(killed);
      await vi.waitFor(async () => {
        expect((await stateOf(environmentId, key)).kind).not.toBe('closed');
      }, PATIENCE);
      const state = await stateOf(environmentId, key);
      expect(state).toHaveProperty('outageStartedAt');
      if ('outageStartedAt' in state) expect(state.outageStartedAt).toBeLessThan(rejectedAt + 500);
      const [opening] = (await summaries(environmentId, key)).filter(([action]) =>
        action.startsWith('transition.'),
      );
      // Counts from before the lease ended may still be there: then they say it.
      expect(opening?.[1]).toMatch(
        opening?.[0] === 'transition.excess_failures'
          ? /calls failed/
          : /[234] of [234] instances had opened alone for/,
      );

      fleet.dependency.isDead = false;
      await vi.waitFor(async () => {
        expect(['ramping', 'closed']).toContain((await stateOf(environmentId, key)).kind);
      }, PATIENCE);
      await vi.waitFor(() => expect(fleet.reject()).toBe(false), PATIENCE);
      await fleet.stop();
    },
    150_000,
  );
});

/** Passes connections on to the first of these addresses that takes them, as a load balancer does. */
async function balancer(addresses: readonly string[]) {
  const ports = addresses.map((address) => Number(new URL(address).port));
  const open = new Map<number, number>(ports.map((port) => [port, 0]));
  const pass = (from: Socket, [port, ...others]: readonly number[]): void => {
    if (port === undefined) {
      from.destroy();
      return;
    }
    const to = connect(port, '127.0.0.1');
    to.once('error', () => pass(from, others));
    to.once('connect', () => {
      open.set(port, (open.get(port) ?? 0) + 1);
      to.removeAllListeners('error').on('error', () => from.destroy());
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      to.on('close', () => {
        open.set(port, (open.get(port) ?? 0) - 1);
        from.destroy();
      });
      from.pipe(to).pipe(from);
    });
  };
  const server = createServer((socket) => pass(socket, ports));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4_096, resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: (address: string) => open.get(Number(new URL(address).port)) ?? 0,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe('the sockets of a node that was killed', () => {
  const SOCKETS = 500;

  it(`are back on the other one, all ${SOCKETS}, and hear what is decided there`, async () => {
    const second = await startPlatform({
      databaseUrl: postgres.url,
      redisUrl: redis.url,
      web: false,
      port: 0,
      log: () => undefined,
    });
    const { id: environmentId } = await database.environments.find('default', 'production');
    const { key: sdkKey } = await database.keys.create(environmentId, PERSON, 'storm');
    await database.breakers.create(environmentId, PERSON, {
      key: 'storm',
      mode: 'auto',
      reason: 'test',
    });
    const between = await balancer([platform.url, second.url]);
    const sdks = Array.from(
      { length: SOCKETS },
      (_, index) =>
        new Recloser({ url: between.url, sdkKey, service: 'storm', instanceId: `storm-${index}` }),
    );
    const breakers = sdks.map((sdk) => sdk.breaker('storm'));
    const connected = () => sdks.filter((sdk) => sdk.status().connected).length;
    try {
      await vi.waitFor(() => expect(connected()).toBe(SOCKETS), PATIENCE);
      expect(between.connections(platform.url)).toBe(SOCKETS);
      const killedAt = performance.now();
      await platform.halt('api', 'SIGKILL');
      await vi.waitFor(() => {
        expect(between.connections(second.url)).toBe(SOCKETS);
        expect(connected()).toBe(SOCKETS);
      }, PATIENCE);
      console.info(`${SOCKETS} sockets back after ${Math.round(performance.now() - killedAt)} ms`);
      await database.states.commit(environmentId, PERSON, ['storm'], (locked, now) => {
        const result = commandBreaker(locked, { type: 'trip', until: null }, now, 0.5, null);
        if (!result.ok) throw new Error(result.message);
        return {
          transition: result.transition,
          action: 'breaker.trip',
          reason: 'test',
          dueAt: null,
        };
      });
      await vi.waitFor(() => {
        expect(breakers.filter((breaker) => breaker.stats().state === 'open')).toHaveLength(
          SOCKETS,
        );
      }, PATIENCE);
    } finally {
      await Promise.all(sdks.map((sdk) => sdk.close()));
      await second.stop();
      await between.close();
    }
  }, 150_000);
});
