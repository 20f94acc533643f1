import { SDK_PROTOCOL_VERSION, parseConsoleServerFrame } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { PRODUCTION, migrated } from '../testing/prepare.js';
import type { RestClient } from '../testing/rest-client.js';
import { TestSocket } from '../testing/test-socket.js';

let postgres: TestServer;
let node: TestNode;
let admin: RestClient;
let made = 0;
const open: TestSocket[] = [];

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url);
  admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
});

afterAll(async () => {
  for (const socket of open) socket.kill();
  await node.stop();
  await postgres.close();
});

const url = (): string => `${node.url}/v1/console`;
const headers = (): Record<string, string> => ({ origin: node.url, cookie: admin.cookie ?? '' });
const watch = { t: 'watch', project: 'default', environment: 'production' };

async function connect(): Promise<TestSocket> {
  const socket = await TestSocket.open(url(), headers());
  open.push(socket);
  return socket;
}

async function makeBreaker(): Promise<string> {
  const key = `breaker-${(made += 1)}`;
  await admin.post(`${PRODUCTION}/breakers`, { key, reason: 'test' });
  return key;
}

describe('the console’s socket', () => {
  it('wants a session and our own origin', async () => {
    const { cookie = '' } = headers();
    const refused = [
      [{ origin: node.url }, 401, 'unauthenticated'],
      [{ cookie }, 403, 'cross_origin'],
      [{ cookie, origin: 'https://evil.example' }, 403, 'cross_origin'],
      [{ cookie: 'better-auth.session_token=made.up', origin: node.url }, 401, 'unauthenticated'],
    ] as const;
    for (const [given, status, code] of refused) {
      await expect(TestSocket.open(url(), given)).rejects.toMatchObject({ status, body: { code } });
    }
  });

  it('carries a snapshot, then changes with their audit events', async () => {
    const key = await makeBreaker();
    const socket = await connect();
    socket.send(watch);
    const snapshot = await socket.next('snapshot');
    expect(parseConsoleServerFrame(JSON.stringify(snapshot))).toMatchObject({ ok: true });
    expect(snapshot['breakers']).toContainEqual(expect.objectContaining({ key, state: 'closed' }));
    await admin.post(`${PRODUCTION}/breakers/${key}/trip`, { reason: 'dead since lunch' });
    const changes = await socket.next('changes');
    expect(parseConsoleServerFrame(JSON.stringify(changes))).toMatchObject({ ok: true });
    expect(changes).toMatchObject({
      breakers: [{ key, state: 'open', mode: 'held' }],
      removed: [],
      events: [{ action: 'breaker.trip', reason: 'dead since lunch', breaker: key }],
    });
    await admin.post(`${PRODUCTION}/breakers/${key}/archive`, { reason: 'gone' });
    expect(await socket.next('changes')).toMatchObject({ breakers: [], removed: [key] });
  });

  it('carries the figures of each second, and how far the fleet is', async () => {
    const key = await makeBreaker();
    const { body } = await admin.post(`${PRODUCTION}/keys`, { name: 'test' });
    const authorization = `Bearer ${(body as { key: string }).key}`;
    const sdk = await TestSocket.open(`${node.url}/v1/sdk`, { authorization });
    open.push(sdk);
    const instance = { id: 'instance-1', service: 'checkout', sdk: 'test/1' };
    sdk.send({ t: 'hello', v: SDK_PROTOCOL_VERSION, instance });
    const { seq } = await sdk.next('full');
    sdk.send({ t: 'ack', seq });
    const console = await connect();
    console.send(watch);
    sdk.send({ t: 'signal', n: 1, items: [{ b: key, v: 1, c: [[0, 5, 2]] }] });
    const ours = (frame: object): boolean =>
      'items' in frame && (frame.items as [string][]).some(([breaker]) => breaker === key);
    const metrics = await console.next('metrics', ours);
    expect(parseConsoleServerFrame(JSON.stringify(metrics))).toMatchObject({ ok: true });
    expect(metrics).toMatchObject({
      items: [[key, 5, 2, 0, 0]],
      connected: 1,
      convergence: { seq, connected: 1, applied: 1, behind: [] },
    });
  });

  it('says what is wrong with a frame, and lives', async () => {
    const socket = await connect();
    socket.send({ ...watch, environment: 'moon' });
    expect(await socket.next('error')).toMatchObject({ code: 'unknown_environment' });
    socket.send('{');
    expect(await socket.next('error')).toMatchObject({ code: 'malformed_frame' });
    socket.send({ t: 'dance' });
    expect(await socket.next('error')).toMatchObject({ code: 'unknown_frame' });
    socket.send(watch);
    await socket.next('snapshot');
  });
});

describe('a flood', () => {
  it('of one console ends with its connection, and costs others nothing', async () => {
    const socket = await connect();
    for (let i = 0; i < 25_000; i += 1) socket.send(watch);
    expect(await socket.next('error')).toMatchObject({ code: 'rate_limited' });
    expect((await node.anonymous.get('/health/live')).status).toBe(200);
    expect(await socket.closed).toMatchObject({ code: 4029 });
    const other = await connect();
    other.send(watch);
    await other.next('snapshot');
  });

  it('of what cannot be read ends with the connection, too', async () => {
    const socket = await connect();
    for (let i = 0; i < 12; i += 1) socket.send('{');
    expect(await socket.closed).toMatchObject({ code: 1008 });
  });

  it('of connections is refused', async () => {
    const cookie = (await node.anonymous.signIn(ADMIN.email, ADMIN.password)).cookie ?? '';
    const sockets: TestSocket[] = [];
    const flood = async (): Promise<void> => {
      for (let i = 0; i < 150; i += 1) {
        sockets.push(await TestSocket.open(url(), { origin: node.url, cookie }));
      }
    };
    const refusal = { status: 429, body: { code: 'too_many_requests' } };
    await expect(flood()).rejects.toMatchObject(refusal);
    expect(sockets.length).toBeLessThanOrEqual(100);
    for (const socket of sockets) socket.kill();
  });
});

/** Asks for a socket without a key of the protocol: the session is good, the handshake is not. */
async function failHandshake(): Promise<number> {
  const asked = request(url(), {
    headers: { ...headers(), connection: 'Upgrade', upgrade: 'websocket' },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}

it('is open to who has failed to open it a hundred times', async () => {
  for (let i = 0; i < 100; i += 1) expect([400, 429]).toContain(await failHandshake());
  await expect.poll(() => connect().catch(() => null), { timeout: 20_000 }).not.toBeNull();
});
