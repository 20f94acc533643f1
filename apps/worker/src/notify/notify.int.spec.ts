import { connectBackbone, type Backbone } from '@recloser/backbone';
import { commandBreaker, nextDue, type Command } from '@recloser/core';
import { createDatabase, type Database, type NewChannel } from '@recloser/db';
import { createLog, createMetrics } from '@recloser/server';
import { testPostgres, type TestServer } from '@recloser/testing';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { networksOf, targetGuard } from '../outbound/target-guard.js';
import { MIGRATED } from '../testing/fleet.js';
import { NotifyService } from './notify.service.js';
import { signature } from './send.js';

const ADA = { kind: 'user', id: 'u1', name: 'Ada' } as const;
const log = createLog({ name: 'worker', level: 'silent' });
const LOCAL = targetGuard(networksOf(['127.0.0.0/8']));

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

let server: TestServer;
let database: Database;
let backbone: Backbone;
let receiver: Server;
let status = 204;
let received: Received[] = [];
let environmentId: string;
let round = 0;

beforeAll(async () => {
  server = await testPostgres(MIGRATED);
  database = createDatabase(server.url);
  backbone = await connectBackbone({ databaseUrl: server.url, name: 'test', log });
  await database.environments.seedDefaults();
  receiver = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      received.push({ headers: request.headers, text, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await backbone.close();
  await database.close();
  await server.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

beforeEach(async () => {
  round += 1;
  status = 204;
  received = [];
  const wish = { key: `env-${round}`, name: 'Env', kind: 'development' } as const;
  environmentId = (await database.environments.create(ADA, 'default', wish)).id;
});

const worker = (targets = LOCAL) =>
  new NotifyService(database, targets, 'https://r.example.com', log, createMetrics('notify'));

async function channel(more: Partial<NewChannel> = {}) {
  const { port } = receiver.address() as AddressInfo;
  return database.channels.create(environmentId, ADA, {
    name: 'on call',
    kind: 'webhook',
    url: `http://127.0.0.1:${port}/hook`,
    events: ['opened', 'closed'],
    tags: [],
    reason: 'test',
    ...more,
  });
}

async function breaker(key: string, tags: string[] = []): Promise<string> {
  const name = `${key}-${round}`;
  await database.breakers.create(environmentId, ADA, {
    key: name,
    mode: 'auto',
    tags,
    reason: 'r',
  });
  return name;
}

async function move(key: string, wish: Command): Promise<void> {
  await database.states.commit(environmentId, ADA, [key], (locked, now) => {
    const result = commandBreaker(locked, wish, now, 0);
    if (!result.ok) throw new Error(result.message);
    const { transition } = result;
    const dueAt = nextDue({ ...locked, ...transition }, now);
    return { transition, action: `breaker.${wish.type}`, reason: 'incident 7', dueAt };
  });
}
const trip = (key: string) => move(key, { type: 'trip', until: null });
const finish = (key: string) => move(key, { type: 'ramp.finish' });
const types = () => received.map(({ body }) => body['type']);
const info = async () => (await database.channels.list(environmentId))[0]!;

describe('a webhook', () => {
  it('is told what it asked for, once and in order, signed', async () => {
    const stripe = await breaker('stripe');
    await trip(stripe);
    const { secret } = await channel();
    await finish(stripe);
    await trip(stripe);
    await Promise.all([worker().run(), worker().run()]);
    await worker().run();
    expect(types()).toEqual(['breaker.closed', 'breaker.opened']);
    const [closed, opened] = received;
    expect(opened?.body).toMatchObject({
      breaker: stripe,
      environment: `env-${round}`,
      actor: 'Ada',
      reason: 'incident 7',
      state: 'open',
      admission: 0,
    });
    expect(String(opened?.body['url'])).toMatch(
      /^https:\/\/r\.example\.com\/default\/env-\d+\/audit\//,
    );
    expect(closed?.headers['webhook-id']).toBe(closed?.body['id']);
    const timestamp = Number(closed?.headers['webhook-timestamp']);
    expect(closed?.headers['webhook-signature']).toBe(
      signature(secret ?? '', String(closed?.body['id']), timestamp, closed?.text ?? ''),
    );
    expect(await info()).toMatchObject({ failing: null, lastSentAt: expect.any(Number) as number });
  });

  it('that fails is tried again from where it stands, and says why', async () => {
    const [stripe, mail] = [await breaker('stripe'), await breaker('mail')];
    await channel();
    await trip(stripe);
    await trip(mail);
    status = 503;
    await worker().run();
    await worker().run();
    expect(types()).toEqual(['breaker.opened']);
    const { failing, id, revision } = await info();
    expect(failing?.why).toBe('503 Service Unavailable');
    expect(failing?.nextAt).toBeGreaterThan(failing?.since ?? 0);
    status = 200;
    // An edit has it tried again at once.
    await database.channels.edit(environmentId, ADA, id, {
      expectedRevision: revision,
      reason: 'r',
    });
    await worker().run();
    expect(received.slice(1).map(({ body }) => body['breaker'])).toEqual([stripe, mail]);
    expect(received[1]?.headers['webhook-id']).toBe(received[0]?.headers['webhook-id']);
    expect((await info()).failing).toBeNull();
  });

  it('is told nothing of what happens while it is paused', async () => {
    const stripe = await breaker('stripe');
    const { channel: made } = await channel();
    const pause = (paused: boolean, expectedRevision: number) =>
      database.channels.edit(environmentId, ADA, made.id, {
        expectedRevision,
        paused,
        reason: 'r',
      });
    await pause(true, 1);
    await trip(stripe);
    await worker().run();
    await pause(false, 2);
    await worker().run();
    expect(received).toEqual([]);
    await finish(stripe);
    await worker().run();
    expect(types()).toEqual(['breaker.closed']);
  });

  it('is told of breakers with its tags only', async () => {
    const [paid, free] = [await breaker('paid', ['tier-1']), await breaker('free', ['tier-2'])];
    await channel({ tags: ['tier-0', 'tier-1'], events: ['opened', 'edited'] });
    await trip(free);
    await trip(paid);
    await worker().run();
    expect(received.map(({ body }) => body['breaker'])).toEqual([paid]);
  });

  it('may not be in a private network unless that is allowed', async () => {
    const stripe = await breaker('stripe');
    await channel();
    await trip(stripe);
    await worker(targetGuard(networksOf([]))).run();
    expect(received).toEqual([]);
    expect((await info()).failing?.why).toContain('PROBE_ALLOWED_NETWORKS');
  });
});

describe('a test', () => {
  it('goes the way of real notifications, whatever else waits or fails', async () => {
    const stripe = await breaker('stripe');
    const { channel: made } = await channel({ kind: 'chat' });
    await trip(stripe);
    status = 404;
    await worker().run();
    await database.channels.askTest(environmentId, made.id);
    await worker().run();
    expect((await info()).test).toMatchObject({
      why: '404 Not Found',
      doneAt: expect.any(Number) as number,
    });
    status = 200;
    received = [];
    await database.channels.askTest(environmentId, made.id);
    expect((await info()).test).toMatchObject({ doneAt: null, why: null });
    await worker().run();
    expect((await info()).test).toMatchObject({ why: null, doneAt: expect.any(Number) as number });
    expect(received.map(({ body }) => Object.keys(body))).toEqual([['text'], ['text']]);
    expect(received[0]?.body['text']).toMatch(/^\[TEST\] in default\/env-/);
    expect(received[1]?.body['text']).toMatch(/^\[OPEN\] stripe-\d+, in default\/env-/);
    expect(received[0]?.headers['webhook-signature']).toBeUndefined();
  });
});

it('signs as Standard Webhooks has it', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const body = '{"test": 2432232314}';
  expect(signature(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, body)).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});
