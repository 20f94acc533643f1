import { describe, expect, it } from 'vitest';
import { networksOf, targetGuard } from '../outbound/target-guard.js';
import {
  ADA,
  at,
  breaker,
  channel,
  finish,
  info,
  trip,
  types,
  worker,
  type Received,
} from '../testing/channel-fixture.js';
import { signature } from './send.js';

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
    const [closed, opened] = at.received;
    expect(opened?.body).toMatchObject({
      breaker: stripe,
      environment: `env-${at.round}`,
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
    at.status = 503;
    await worker().run();
    await worker().run();
    expect(types()).toEqual(['breaker.opened']);
    const { failing, id, revision } = await info();
    expect(failing?.why).toBe('503 Service Unavailable');
    expect(failing?.nextAt).toBeGreaterThan(failing?.since ?? 0);
    at.status = 200;
    // An edit has it tried again at once.
    await at.database.channels.edit(at.environmentId, ADA, id, {
      expectedRevision: revision,
      reason: 'r',
    });
    await worker().run();
    expect(at.received.slice(1).map(({ body }) => body['breaker'])).toEqual([stripe, mail]);
    expect(at.received[1]?.headers['webhook-id']).toBe(at.received[0]?.headers['webhook-id']);
    expect((await info()).failing).toBeNull();
  });

  it('is told nothing of what happens while it is paused', async () => {
    const stripe = await breaker('stripe');
    const { channel: made } = await channel();
    const pause = (paused: boolean, expectedRevision: number) =>
      at.database.channels.edit(at.environmentId, ADA, made.id, {
        expectedRevision,
        paused,
        reason: 'r',
      });
    await pause(true, 1);
    await trip(stripe);
    await worker().run();
    await pause(false, 2);
    await worker().run();
    expect(at.received).toEqual([]);
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
    expect(at.received.map(({ body }) => body['breaker'])).toEqual([paid]);
  });

  it('may not be in a private network unless that is allowed', async () => {
    const stripe = await breaker('stripe');
    await channel();
    await trip(stripe);
    await worker(targetGuard(networksOf([]))).run();
    expect(at.received).toEqual([]);
    expect((await info()).failing?.why).toContain('PROBE_ALLOWED_NETWORKS');
  });
});

it('headers of its own go with every message, and their values stay', async () => {
  const stripe = await breaker('stripe');
  const headers = [
    { name: 'Authorization', value: 'Bearer hidden' },
    { name: '__proto__', value: 'x' },
  ];
  const { channel: made } = await channel({ headers });
  expect(made.headers).toEqual(['Authorization', '__proto__']);
  const kept = [{ name: 'authorization' }, { name: 'X-Team', value: 'payments' }];
  const edit = { expectedRevision: 1, headers: kept, reason: 'r' };
  await at.database.channels.edit(at.environmentId, ADA, made.id, edit);
  await expect(
    at.database.channels.edit(at.environmentId, ADA, made.id, {
      expectedRevision: 2,
      headers: [{ name: 'X-New' }],
      reason: 'r',
    }),
  ).rejects.toMatchObject({ code: 'invalid_request' });
  await trip(stripe);
  await worker().run();
  expect(at.received[0]?.headers).toMatchObject({
    authorization: 'Bearer hidden',
    'x-team': 'payments',
    'content-type': 'application/json',
  });
});

it('while a secret is rotated, both sign', async () => {
  const stripe = await breaker('stripe');
  const { channel: made, secret: first } = await channel();
  const rotate = (overlapMs: number) =>
    at.database.channels.rotateSecret(at.environmentId, ADA, made.id, { overlapMs, reason: 'r' });
  const { secret: second, channel: rotated } = await rotate(60_000);
  expect(rotated.previousSecretUntil).toEqual(expect.any(Number));
  await trip(stripe);
  await worker().run();
  const signaturesOf = ({ headers, text, body }: Received, secrets: (string | null)[]) =>
    secrets
      .map((secret) =>
        signature(secret ?? '', String(body['id']), Number(headers['webhook-timestamp']), text),
      )
      .join(' ');
  expect(at.received[0]?.headers['webhook-signature']).toBe(
    signaturesOf(at.received[0]!, [second, first]),
  );
  const { secret: third, channel: later } = await rotate(0);
  expect(later.previousSecretUntil).toBeNull();
  await finish(stripe);
  await worker().run();
  expect(at.received[1]?.headers['webhook-signature']).toBe(signaturesOf(at.received[1]!, [third]));
});

describe('a test', () => {
  it('goes the way of real notifications, whatever else waits or fails', async () => {
    const stripe = await breaker('stripe');
    const { channel: made } = await channel({ kind: 'chat' });
    await trip(stripe);
    at.status = 404;
    await worker().run();
    await at.database.channels.askTest(at.environmentId, made.id);
    await worker().run();
    expect((await info()).test).toMatchObject({
      why: '404 Not Found',
      doneAt: expect.any(Number) as number,
    });
    at.status = 200;
    at.received = [];
    await at.database.channels.askTest(at.environmentId, made.id);
    expect((await info()).test).toMatchObject({ doneAt: null, why: null });
    await worker().run();
    expect((await info()).test).toMatchObject({ why: null, doneAt: expect.any(Number) as number });
    expect(at.received.map(({ body }) => Object.keys(body))).toEqual([['text'], ['text']]);
    expect(at.received[0]?.body['text']).toMatch(/^\[TEST\] in default\/env-/);
    expect(at.received[1]?.body['text']).toMatch(/^\[OPEN\] stripe-\d+, in default\/env-/);
    expect(at.received[0]?.headers['webhook-signature']).toBeUndefined();
  });
});

it('signs as Standard Webhooks has it', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const body = '{"test": 2432232314}';
  expect(signature(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, body)).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});
