import { Recloser, type RecloserOptions } from '@recloser/sdk';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { noUpgradeProxy } from '../testing/no-upgrade-proxy.js';
import { eventually } from '../testing/poll.js';
import { migrated, PRODUCTION } from '../testing/prepare.js';
import type { RestClient } from '../testing/rest-client.js';
import { KeyRates, POLL_RATE } from './key-rates.js';

let postgres: TestServer;
let node: TestNode;
let admin: RestClient;
let made = 0;

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url);
  admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
});

afterAll(async () => {
  await node.stop();
  await postgres.close();
});

async function makeKey(): Promise<{ id: string; bearer: { authorization: string }; key: string }> {
  const { body } = await admin.post(`${PRODUCTION}/keys`, { name: 'test' });
  const { key, record } = body as { key: string; record: { id: string } };
  return { key, id: record.id, bearer: { authorization: `Bearer ${key}` } };
}

async function makeBreaker(): Promise<string> {
  const name = `polled-${(made += 1)}`;
  const { status } = await admin.post(`${PRODUCTION}/breakers`, { key: name, reason: 'test' });
  expect(status).toBe(201);
  return name;
}

const trip = (breaker: string) =>
  admin.post(`${PRODUCTION}/breakers/${breaker}/trip`, { reason: 'test' });

const snapshot = (headers: Readonly<Record<string, string>> = {}) =>
  node.anonymous.get('/v1/sdk/snapshot', headers);

const from = (id: string) => ({
  instance: { id, service: 'checkout', sdk: 'test/1' },
  connection: 'c1',
});

describe('the state', () => {
  it('is a full frame, and 304 until something changes', async () => {
    const { bearer } = await makeKey();
    const breaker = await makeBreaker();
    const first = await snapshot(bearer);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ t: 'full', environment: { key: 'production' } });
    expect(first.headers.get('recloser-poll-ms')).toBe('3333');
    expect(first.headers.get('recloser-lease')).toMatch(/^(true|false)$/);
    const tag = first.headers.get('etag') ?? '';
    for (const known of [tag, `W/${tag}`]) {
      const same = await snapshot({ ...bearer, 'if-none-match': known });
      expect([same.status, same.body]).toEqual([304, '']);
    }
    await trip(breaker);
    const next = await snapshot({ ...bearer, 'if-none-match': tag });
    expect(next.status).toBe(200);
    const { breakers } = next.body as { breakers: { key: string; state: string }[] };
    expect(breakers).toContainEqual(expect.objectContaining({ key: breaker, state: 'open' }));
  });

  it('is given for an SDK key alone', async () => {
    const { bearer, id } = await makeKey();
    expect(await snapshot()).toMatchObject({ status: 401, body: { code: 'invalid_key' } });
    const wrong = await snapshot({ authorization: 'Bearer rk_prod_wrong' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_key' } });
    expect((await snapshot(bearer)).status).toBe(200);
    await admin.post(`${PRODUCTION}/keys/${id}/revoke`, { reason: 'leaked' });
    expect(await snapshot(bearer)).toMatchObject({ status: 403, body: { code: 'key_revoked' } });
  });

  it('is limited by key: one that floods does not keep others out', async () => {
    const { bearer, id } = await makeKey();
    const { bearer: other } = await makeKey();
    // However long a request takes here, no time passes for the limit.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    try {
      const rates = node.app.get(KeyRates);
      for (let i = 0; i < POLL_RATE.burst; i += 1) rates.take(id);
      const refused = await snapshot(bearer);
      expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
      expect(refused.headers.get('retry-after')).toBe('5');
    } finally {
      clock.mockRestore();
    }
    expect((await snapshot(other)).status).toBe(200);
  });
});

describe('posted frames', () => {
  it('are counted, answered, and list their sender', async () => {
    const { bearer } = await makeKey();
    const breaker = await makeBreaker();
    const frames = [
      { t: 'signal', n: 1, items: [{ b: breaker, v: 1, c: [[100, 7, 3]] }] },
      { t: 'dance' },
    ];
    const answer = await node.anonymous.post('/v1/sdk/frames', { ...from('p1'), frames }, bearer);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        frames: [
          { t: 'got', n: 1 },
          { t: 'error', code: 'unknown_frame' },
        ],
      },
    });
    const { headers } = await snapshot(bearer);
    expect(answer.body).toMatchObject({ state: headers.get('etag') });
    await eventually('the counts arrive', async () => {
      const { body } = await admin.get(`${PRODUCTION}/breakers/${breaker}/instances`);
      const { items } = body as { items: { instanceId: string; failures: number }[] };
      return items.find(({ instanceId, failures }) => instanceId === 'p1' && failures === 3);
    });
    await eventually('the instance is listed', async () => {
      const { body } = await admin.get(`${PRODUCTION}/instances`);
      const { items } = body as { items: { instanceId: string; disconnectedAt: number | null }[] };
      return items.find((row) => row.instanceId === 'p1' && row.disconnectedAt === null);
    });
  });

  it.each([
    ['no body', undefined],
    ['no instance', { frames: [] }],
    ['too many frames', { ...from('p2'), frames: Array.from({ length: 101 }, () => ({})) }],
  ])('with %s are refused', async (_name, body) => {
    const { bearer } = await makeKey();
    const answer = await node.anonymous.post('/v1/sdk/frames', body, bearer);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('an SDK behind a proxy that refuses upgrades', () => {
  async function start(url: string, options: RecloserOptions = {}): Promise<Recloser> {
    const { key } = await makeKey();
    return new Recloser({ url, sdkKey: key, service: 'walled', ...options });
  }

  it('gets states, reports outcomes and is opened by them, all over HTTP', async () => {
    const proxy = await noUpgradeProxy(node.url);
    const recloser = await start(proxy.url);
    try {
      expect(await recloser.ready({ timeoutMs: 60_000 })).toBe(true);
      expect(recloser.status()).toMatchObject({ connected: true, polling: true });
      const breaker = recloser.breaker(await makeBreaker());
      await eventually('the breaker is known', () =>
        Promise.resolve(recloser.breakers().find(({ key }) => key === breaker.key)),
      );
      const down = () => Promise.reject(new Error('down'));
      for (let i = 0; i < 5; i += 1) await breaker.protect(down).catch(() => undefined);
      await eventually('its failures are counted', async () => {
        const { body } = await admin.get(`${PRODUCTION}/breakers/${breaker.key}/instances`);
        const { items } = body as { items: { failures: number }[] };
        return items.find(({ failures }) => failures === 5);
      });
      expect(breaker.allows()).toBe(true);
      await trip(breaker.key);
      await eventually('the trip arrives', () => Promise.resolve(!breaker.allows() || null));
      expect(recloser.status().lostCalls).toBe(0);
    } finally {
      await recloser.close();
      await proxy.close();
    }
  });
});
