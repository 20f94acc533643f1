import { SDK_PROTOCOL_VERSION } from '@recloser/protocol';
import { tcpProxy, testPostgres, type TcpProxy, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { eventually } from '../testing/poll.js';
import { PRODUCTION, migrated } from '../testing/prepare.js';
import { TestSocket } from '../testing/test-socket.js';

let postgres: TestServer;
let wire: TcpProxy;
/** Reaches the database only through the wire. */
let far: TestNode;
let near: TestNode;

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  const url = new URL(postgres.url);
  wire = await tcpProxy(Number(url.port));
  url.hostname = '127.0.0.1';
  url.port = String(wire.port);
  near = await startTestNode(postgres.url);
  far = await startTestNode(url.href);
});

afterAll(async () => {
  wire.heal();
  await far.stop();
  await near.stop();
  await wire.close();
  await postgres.close();
});

const ready = async (): Promise<number> => (await far.anonymous.get('/health/ready')).status;

describe('a node whose database is away', () => {
  it('keeps its SDKs, says what is wrong, and catches up by itself', async () => {
    const admin = await near.anonymous.signIn(ADMIN.email, ADMIN.password);
    await admin.post(`${PRODUCTION}/breakers`, { key: 'stripe', reason: 'test' });
    const { body } = await admin.post(`${PRODUCTION}/keys`, { name: 'test' });
    const authorization = `Bearer ${(body as { key: string }).key}`;
    const socket = await TestSocket.open(`${far.url}/v1/sdk`, { authorization });
    const instance = { id: 'instance-1', service: 'checkout', sdk: 'test/1' };
    socket.send({ t: 'hello', v: SDK_PROTOCOL_VERSION, instance });
    await socket.next('full');
    const remote = await far.anonymous.signIn(ADMIN.email, ADMIN.password);

    wire.cut();
    await eventually('it is not ready', async () => ((await ready()) === 503 ? true : null));
    expect(await remote.get('/v1/projects')).toMatchObject({
      status: 503,
      body: { code: 'unavailable' },
    });
    expect(await far.anonymous.post('/v1/auth/sign-in/email', ADMIN)).toMatchObject({
      status: 503,
      body: { code: 'unavailable' },
    });
    await expect(TestSocket.open(`${far.url}/v1/sdk`, { authorization })).rejects.toMatchObject({
      status: 503,
      body: { code: 'unavailable' },
    });
    socket.send({ t: 'signal', n: 1, items: [{ b: 'stripe', v: 1, c: [[0, 1]] }] });
    await socket.next('got');
    const trip = await admin.post(`${PRODUCTION}/breakers/stripe/trip`, { reason: 'test' });
    expect(trip.status).toBe(200);

    wire.heal();
    expect(await socket.next('delta')).toMatchObject({
      breakers: [{ key: 'stripe', state: 'open' }],
    });
    await eventually('it is ready again', async () => ((await ready()) === 200 ? true : null));
    expect((await remote.get('/v1/projects')).status).toBe(200);
    socket.kill();
  });
});
