import type { Policy } from '@recloser/core';
import { type Platform, startPlatform } from '@recloser/platform';
import { type Breaker, Recloser } from '@recloser/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NoUpgradeProxy, noUpgradeProxy } from '../testing/no-upgrade-proxy.js';
import { HASTY_POLICY } from '../testing/hasty-policy.js';
import { eventually } from '../testing/poll.js';
import { PRODUCTION } from '../testing/prepare.js';
import { RestClient } from '../testing/rest-client.js';

const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };
const CALL_EVERY_MS = 40;

let platform: Platform;
let proxy: NoUpgradeProxy;
let admin: RestClient;

beforeAll(async () => {
  const quiet = { log: () => undefined };
  platform = await startPlatform({ ephemeral: true, web: false, port: 0, admin: ADMIN, ...quiet });
  proxy = await noUpgradeProxy(platform.url);
  admin = await new RestClient(platform.url).signIn(ADMIN.email, ADMIN.password);
});

afterAll(async () => {
  await proxy.close();
  await platform.stop();
});

/** Real SDKs that no socket gets through to, and the dependency that they call. */
class Fleet {
  /** What the dependency answers a call with. */
  status = 200;
  /** Calls that were let through while the breaker was probed. */
  probes = 0;
  readonly #sdks: Recloser[] = [];
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(private readonly key: string) {}

  async start(instances: number): Promise<void> {
    const { body } = await admin.post(`${PRODUCTION}/keys`, { name: this.key });
    const { key: sdkKey } = body as { key: string };
    for (let i = 0; i < instances; i += 1) {
      const sdk = new Recloser({ url: proxy.url, sdkKey, service: 'walled' });
      sdk.on('error', () => undefined);
      this.#sdks.push(sdk);
      const breaker = sdk.breaker(this.key);
      this.#timers.push(setInterval(() => void this.#call(breaker), CALL_EVERY_MS));
    }
    for (const sdk of this.#sdks) {
      expect(await sdk.ready({ timeoutMs: 60_000 })).toBe(true);
      expect(sdk.status()).toMatchObject({ polling: true });
    }
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#sdks.map((sdk) => sdk.close()));
  }

  async #call(breaker: Breaker): Promise<void> {
    const accountId = `account-${Math.floor(Math.random() * 500)}`;
    const { state } = breaker.decide({ accountId });
    const answer = () => {
      if (state === 'probing') this.probes += 1;
      if (this.status !== 200) throw Object.assign(new Error('no'), { status: this.status });
      return 'charged';
    };
    await breaker.protect(answer, { accountId }).catch(() => undefined);
  }
}

async function makeBreaker(key: string, policy: Policy): Promise<void> {
  const breaker = { key, mode: 'auto', policy, reason: 'test' };
  expect((await admin.post(`${PRODUCTION}/breakers`, breaker)).status).toBe(201);
}

interface Shown {
  readonly state: string;
  readonly admission: number;
}

const becomes = (key: string, wanted: (shown: Shown) => boolean) =>
  eventually(`${key} changes`, async () => {
    const { body } = await admin.get(`${PRODUCTION}/breakers/${key}`);
    const shown = body as Shown;
    return wanted(shown) ? shown : null;
  });

describe('a fleet without any socket', () => {
  it.each([1, 2, 3, 20])(
    'of %d instances opens, is probed by its own calls, ramps and closes again',
    async (instances) => {
      const key = `walled-${instances}`;
      await makeBreaker(key, HASTY_POLICY);
      const fleet = new Fleet(key);
      try {
        await fleet.start(instances);
        fleet.status = 500;
        await becomes(key, ({ state }) => state !== 'closed');
        fleet.status = 200;
        await becomes(key, ({ state }) => state === 'ramping');
        expect(fleet.probes).toBeGreaterThanOrEqual(HASTY_POLICY.recovery.probes);
        await becomes(key, ({ state }) => state === 'closed');
      } finally {
        await fleet.stop();
      }
    },
  );

  it('is dimmed by throttling and let back in, as one with sockets is', async () => {
    const key = 'walled-throttled';
    await makeBreaker(key, { ...HASTY_POLICY, adaptive: { k: 2 } });
    const fleet = new Fleet(key);
    try {
      await fleet.start(2);
      fleet.status = 429;
      let { admission: least } = await becomes(key, ({ state }) => state === 'dimmed');
      fleet.status = 200;
      await becomes(key, ({ admission }) => {
        const isMore = admission > least;
        least = Math.min(least, admission);
        return isMore;
      });
    } finally {
      await fleet.stop();
    }
  });
});
