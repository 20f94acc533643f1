import { SDK_PROTOCOL_VERSION, type BreakerDetail, type ServiceList } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { eventually } from '../testing/poll.js';
import { DEVELOPMENT, PRODUCTION, migrated } from '../testing/prepare.js';
import type { RestClient } from '../testing/rest-client.js';
import { Refused, TestSocket } from '../testing/test-socket.js';

let postgres: TestServer;
let node: TestNode;
let admin: RestClient;
let key: string;
let made = 0;
const open: TestSocket[] = [];

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url);
  admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
  key = (await makeKey()).key;
});

afterAll(async () => {
  for (const socket of open) socket.kill();
  await node.stop();
  await postgres.close();
});

async function makeKey(environment = PRODUCTION): Promise<{ key: string; id: string }> {
  const { status, body } = await admin.post(`${environment}/keys`, { name: 'test' });
  expect(status).toBe(201);
  const created = body as { key: string; record: { id: string } };
  return { key: created.key, id: created.record.id };
}

async function connect(withKey = key, url = node.url): Promise<TestSocket> {
  const socket = await TestSocket.open(`${url}/v1/sdk`, { authorization: `Bearer ${withKey}` });
  open.push(socket);
  return socket;
}

const hello = (more: object = {}) => ({
  t: 'hello',
  v: SDK_PROTOCOL_VERSION,
  instance: { id: `instance-${(made += 1)}`, service: 'checkout', sdk: 'test/1' },
  ...more,
});

async function greeted(withKey = key): Promise<{ socket: TestSocket; epoch: string; seq: number }> {
  const socket = await connect(withKey);
  socket.send(hello());
  const full = await socket.next('full');
  return { socket, epoch: full['epoch'] as string, seq: full['seq'] as number };
}

async function makeBreaker(): Promise<string> {
  const name = `breaker-${(made += 1)}`;
  const { status } = await admin.post(`${PRODUCTION}/breakers`, { key: name, reason: 'test' });
  expect(status).toBe(201);
  return name;
}

async function trip(breaker: string): Promise<{ seq: number; breaker: BreakerDetail }> {
  const answer = await admin.post(`${PRODUCTION}/breakers/${breaker}/trip`, { reason: 'test' });
  expect(answer.status).toBe(200);
  return answer.body as { seq: number; breaker: BreakerDetail };
}

const carries = (breaker: string, state: string) => (frame: object) =>
  'breakers' in frame &&
  (frame.breakers as { key: string; state: string }[]).some(
    (view) => view.key === breaker && view.state === state,
  );

describe('a key', () => {
  it.each([
    ['none', {}, 401, 'invalid_key'],
    ['a wrong one', { authorization: 'Bearer rk_prod_wrong' }, 401, 'invalid_key'],
    ['one of another scheme', { authorization: 'Basic eDp5' }, 401, 'invalid_key'],
  ])('%s is refused before the handshake', async (_name, headers, status, code) => {
    const refused = TestSocket.open(`${node.url}/v1/sdk`, headers);
    await expect(refused).rejects.toBeInstanceOf(Refused);
    await expect(refused).rejects.toMatchObject({ status, body: { code } });
  });

  it('sees only its environment', async () => {
    const { key: other } = await makeKey(DEVELOPMENT);
    const socket = await connect(other);
    socket.send(hello());
    expect(await socket.next('full')).toMatchObject({ environment: { key: 'development' } });
  });

  it('that is revoked closes its connections and opens no more', async () => {
    const { key: doomed, id } = await makeKey();
    const { socket } = await greeted(doomed);
    const { socket: other } = await greeted();
    const path = `${PRODUCTION}/keys/${id}/revoke`;
    expect((await admin.post(path, { reason: 'leaked' })).body).toMatchObject({
      revokedAt: expect.any(Number) as number,
    });
    expect(await socket.next('error')).toMatchObject({ code: 'key_revoked', fatal: true });
    expect(await socket.closed).toMatchObject({ code: 4003 });
    await expect(connect(doomed)).rejects.toMatchObject({
      status: 403,
      body: { code: 'key_revoked' },
    });
    other.send({ t: 'signal', n: 1, items: [{ b: 'x', v: 1, c: [[0, 1]] }] });
    await other.next('got');
  });

  it('opens nothing at other addresses', async () => {
    const headers = { authorization: `Bearer ${key}` };
    await expect(TestSocket.open(`${node.url}/v1/other`, headers)).rejects.toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });
});

describe('states', () => {
  it('come whole after hello, then as changes that are acknowledged', async () => {
    const breaker = await makeBreaker();
    const { socket, seq: start } = await greeted();
    socket.send({ t: 'ack', seq: start });
    const { seq, breaker: after } = await trip(breaker);
    expect(await socket.next('delta', carries(breaker, 'open'))).toMatchObject({
      seq,
      breakers: [{ key: breaker, state: 'open', admission: 0, version: after.version }],
    });
    const applied = () =>
      eventually('the acknowledgement counts', async () => {
        const { body } = await admin.get(`${PRODUCTION}/breakers/${breaker}/convergence`);
        const { connected, applied: done } = body as { connected: number; applied: number };
        return connected > 0 && done > 0 ? body : null;
      });
    socket.send({ t: 'ack', seq });
    expect(await applied()).toMatchObject({ seq });
  });

  it('are resumed from a seq by the changes alone', async () => {
    const breaker = await makeBreaker();
    const { socket, epoch, seq } = await greeted();
    socket.kill();
    await trip(breaker);
    const again = await connect();
    again.send(hello({ resume: { epoch, seq } }));
    const delta = await again.next('delta', carries(breaker, 'open'));
    expect(delta).toMatchObject({ epoch, from: seq });
    expect((delta['breakers'] as unknown[]).length).toBe(1);
  });

  it('come whole for another epoch', async () => {
    const socket = await connect();
    socket.send(hello({ resume: { epoch: 'another', seq: 1 } }));
    await socket.next('full');
  });

  it('of a breaker that is archived are removed', async () => {
    const breaker = await makeBreaker();
    const { socket } = await greeted();
    await admin.post(`${PRODUCTION}/breakers/${breaker}/archive`, { reason: 'gone' });
    const removed = (frame: object) =>
      'removed' in frame && (frame.removed as string[]).includes(breaker);
    expect(await socket.next('delta', removed)).toMatchObject({ removed: [breaker] });
  });

  it('made through another node arrive, too', async () => {
    const second = await startTestNode(postgres.url);
    try {
      const breaker = await makeBreaker();
      const remote = await connect(key, second.url);
      remote.send(hello());
      await remote.next('full');
      await trip(breaker);
      await remote.next('delta', carries(breaker, 'open'));
      remote.kill();
    } finally {
      await second.stop();
    }
  });
});

describe('signals', () => {
  it('are acknowledged once each and summed in the store; a replay counts once', async () => {
    const breaker = await makeBreaker();
    const { socket } = await greeted();
    const signal = {
      t: 'signal',
      n: 1,
      items: [{ b: breaker, v: 1, c: [[100, 7, 3]], h: [98, 9, 159, 1] }],
    };
    socket.send(signal);
    expect(await socket.next('got')).toEqual({ t: 'got', n: 1 });
    socket.send(signal);
    expect(await socket.next('got')).toEqual({ t: 'got', n: 1 });
    const { id } = await node.db.environments.find('default', 'production');
    const sum = await eventually('the counts arrive', async () => {
      const now = await node.backbone.signals.now();
      const query = { breaker, version: 1, windowMs: 30_000 };
      const [window] = await node.backbone.signals.windowTotals(id, [query], now);
      return window && window.counts.failures > 0 ? window : null;
    });
    expect(sum).toMatchObject({ counts: { ok: 7, failures: 3 }, reporting: 1 });
    const split = await admin.get(`${PRODUCTION}/breakers/${breaker}/instances`);
    expect(split.body).toMatchObject({ total: 1, items: [{ service: 'checkout', failures: 3 }] });
    const series = await admin.get(`${PRODUCTION}/breakers/${breaker}/series`);
    const { points } = series.body as { points: { ok: number; failures: number }[] };
    expect(points.reduce((total, { ok, failures }) => total + ok + failures, 0)).toBe(10);
    const latency = await eventually('the latencies arrive', async () => {
      const read = await admin.get(`${PRODUCTION}/breakers/${breaker}/series`);
      return (read.body as { latency: { samples: number; p50: number; p95: number } | null })
        .latency;
    });
    expect(latency).toMatchObject({ samples: 10 });
    expect(latency.p50).toBeCloseTo(4.87, 1);
    expect(latency.p95).toBeCloseTo(961.5, 0);
  });

  it('list their senders as instances', async () => {
    const { socket } = await greeted();
    socket.send(hello());
    await eventually('the instance is listed', async () => {
      const { body } = await admin.get(`${PRODUCTION}/instances?service=checkout`);
      const { items } = body as { items: { sdk: string; disconnectedAt: number | null }[] };
      return items.some(({ disconnectedAt }) => disconnectedAt === null) ? body : null;
    });
  });
});

describe('services', () => {
  it('are listed with the breakers that they call', async () => {
    const breaker = await makeBreaker();
    const { socket } = await greeted();
    socket.send({ t: 'signal', n: 1, items: [{ b: breaker, v: 1, c: [[0, 1]] }] });
    const service = await eventually('the use is written', async () => {
      const { body } = await admin.get(`${PRODUCTION}/services`);
      const { items } = body as ServiceList;
      return items.find(({ breakers }) => breakers.includes(breaker)) ?? null;
    });
    expect(service.service).toBe('checkout');
    expect(service.instances).toBeGreaterThanOrEqual(1);
    expect(Math.abs((service.lastUsedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });
});

describe('breakers that the code names', () => {
  it('are discovered once: observing in production', async () => {
    const { socket } = await greeted();
    const name = `found-${(made += 1)}`;
    socket.send({ t: 'discover', keys: [name] });
    await socket.next('delta', carries(name, 'closed'));
    expect((await admin.get(`${PRODUCTION}/breakers/${name}`)).body).toMatchObject({
      discovered: true,
      mode: 'observe',
    });
    expect((await admin.get(`${DEVELOPMENT}/breakers/${name}`)).body).toMatchObject({
      mode: 'auto',
    });
  });
});

describe('bad frames', () => {
  it.each([
    ['no JSON', '{"t":', 'malformed_frame'],
    ['a missing field', { t: 'ack' }, 'malformed_frame'],
    [
      'an absurd count',
      { t: 'signal', n: 1, items: [{ b: 'x', v: 1, c: [[0, -1]] }] },
      'malformed_frame',
    ],
    ['an unknown kind', { t: 'dance' }, 'unknown_frame'],
    ['a second hello', hello(), 'unexpected_frame'],
    ['an ack of what was never sent', { t: 'ack', seq: 999_999 }, 'future_seq'],
    ['one that is too large', { t: 'goodbye', pad: 'x'.repeat(300_000) }, 'frame_too_large'],
  ])('%s is answered by its code, and the connection lives', async (_name, frame, code) => {
    const { socket } = await greeted();
    socket.send(frame);
    expect(await socket.next('error')).toMatchObject({ code, fatal: false });
    socket.send({ t: 'signal', n: 1, items: [{ b: 'x', v: 1, c: [[0, 1]] }] });
    await socket.next('got');
  });

  it('before hello end the connection', async () => {
    const socket = await connect();
    socket.send({ t: 'ack', seq: 1 });
    expect(await socket.next('error')).toMatchObject({ code: 'unexpected_frame', fatal: true });
    expect(await socket.closed).toMatchObject({ code: 4000 });
  });

  it('of a newer protocol end the connection', async () => {
    const socket = await connect();
    socket.send(hello({ v: SDK_PROTOCOL_VERSION + 1 }));
    expect(await socket.next('error')).toMatchObject({ code: 'unsupported_version', fatal: true });
    expect(await socket.closed).toMatchObject({ code: 4004 });
  });

  it('that are bytes or beyond all measure end the connection, and nobody else’s', async () => {
    const { socket: bystander } = await greeted();
    const { socket: binary } = await greeted();
    binary.sendBytes(Buffer.from([1, 2, 3]));
    expect(await binary.closed).toMatchObject({ code: 1003 });
    const { socket: huge } = await greeted();
    huge.send('x'.repeat(2 * 1024 * 1024));
    expect(await huge.closed).toMatchObject({ code: 1009 });
    bystander.send({ t: 'signal', n: 1, items: [{ b: 'x', v: 1, c: [[0, 1]] }] });
    await bystander.next('got');
    expect((await node.anonymous.get('/health/ready')).status).toBe(200);
  });
});
