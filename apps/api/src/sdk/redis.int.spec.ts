import { SDK_PROTOCOL_VERSION } from '@recloser/protocol';
import { testPostgres, testRedis, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { eventually } from '../testing/poll.js';
import { PRODUCTION, migrated } from '../testing/prepare.js';
import { TestSocket } from '../testing/test-socket.js';

let postgres: TestServer;
let redis: TestServer;
let one: TestNode;
let other: TestNode;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([testPostgres(migrated), testRedis()]);
  one = await startTestNode(postgres.url, { redisUrl: redis.url });
  other = await startTestNode(postgres.url, { redisUrl: redis.url });
});

afterAll(async () => {
  await one.stop();
  await other.stop();
  await redis.close();
  await postgres.close();
});

describe('two nodes on Redis', () => {
  it('share changes, revocations, signals and presence', async () => {
    const admin = await one.anonymous.signIn(ADMIN.email, ADMIN.password);
    await admin.post(`${PRODUCTION}/breakers`, { key: 'stripe', reason: 'test' });
    const { body } = await admin.post(`${PRODUCTION}/keys`, { name: 'test' });
    const { key, record } = body as { key: string; record: { id: string } };
    const headers = { authorization: `Bearer ${key}` };
    const socket = await TestSocket.open(`${other.url}/v1/sdk`, headers);
    const instance = { id: 'instance-1', service: 'checkout', sdk: 'test/1' };
    socket.send({ t: 'hello', v: SDK_PROTOCOL_VERSION, instance });
    await socket.next('full');

    await admin.post(`${PRODUCTION}/breakers/stripe/trip`, { reason: 'test' });
    const { seq } = await socket.next('delta');
    socket.send({ t: 'ack', seq });
    socket.send({ t: 'signal', n: 1, items: [{ b: 'stripe', v: 2, c: [[0, 3, 1]] }] });
    const path = `${PRODUCTION}/breakers/stripe`;
    await eventually('both are seen through the first node', async () => {
      const convergence = await admin.get(`${path}/convergence`);
      const series = await admin.get(`${path}/series`);
      const { applied } = convergence.body as { applied: number };
      const { points } = series.body as { points: unknown[] };
      return applied === 1 && points.length > 0 ? true : null;
    });

    await admin.post(`${PRODUCTION}/keys/${record.id}/revoke`, { reason: 'test' });
    expect(await socket.closed).toMatchObject({ code: 4003 });
  });
});
