import { DEFAULT_POLICY, type CallPolicy } from '@recloser/core';
import { isBulkheadFull, Recloser } from '@recloser/sdk';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { eventually } from '../testing/poll.js';
import { migrated, PRODUCTION } from '../testing/prepare.js';
import type { RestClient } from '../testing/rest-client.js';

let postgres: TestServer;
let node: TestNode;
let admin: RestClient;
let recloser: Recloser;
let key: string;
let made = 0;

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url);
  admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
  const { body } = await admin.post(`${PRODUCTION}/keys`, { name: 'test' });
  const { key: sdkKey } = body as { key: string };
  recloser = new Recloser({ url: node.url, sdkKey, service: 'checkout' });
  expect(await recloser.ready()).toBe(true);
});

afterAll(async () => {
  await recloser.close();
  await node.stop();
  await postgres.close();
});

beforeEach(async () => {
  key = `settings-${(made += 1)}`;
  const { status } = await admin.post(`${PRODUCTION}/breakers`, { key, reason: 'test' });
  expect(status).toBe(201);
});

/** What an operator sets for the breaker's calls, once the SDK has it. */
async function operatorSets(call: Partial<CallPolicy>): Promise<void> {
  const path = `${PRODUCTION}/breakers/${key}`;
  const { headers } = await admin.get(path);
  const policy = { ...DEFAULT_POLICY, call: { ...DEFAULT_POLICY.call, ...call } };
  const edit = { policy, reason: 'test' };
  const { status } = await admin.patch(path, edit, { 'if-match': headers.get('etag') ?? '' });
  expect(status).toBe(200);
  await eventually('the settings arrive', () => {
    const view = recloser.breakers().find((breaker) => breaker.key === key);
    const arrived = Object.entries(call).every(
      ([name, value]) =>
        JSON.stringify(view?.call[name as keyof typeof view.call] ?? null) ===
        JSON.stringify(value),
    );
    return arrived || null;
  });
}

const never = (): Promise<never> => new Promise(() => undefined);
const caught = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe('what an operator sets for the calls of a running process', () => {
  it('gives them a timeout, and takes it away again', async () => {
    const breaker = recloser.breaker(key);
    await operatorSets({ timeoutMs: 50 });
    expect(await caught(breaker.protect(never))).toMatchObject({ timeoutMs: 50 });
    await operatorSets({ timeoutMs: null });
    const later = new Promise((resolve) => setTimeout(resolve, 120, 'later'));
    expect(await breaker.protect(() => later)).toBe('later');
  });

  it('limits how many are made at once, and how many wait', async () => {
    const breaker = recloser.breaker(key);
    await operatorSets({ maxConcurrent: 1, maxQueue: 1 });
    let end = (_: string): void => undefined;
    const first = breaker.protect(() => new Promise<string>((resolve) => (end = resolve)));
    const second = breaker.protect(() => 'waited');
    expect(isBulkheadFull(await caught(breaker.protect(never)))).toBe(true);
    end('first');
    expect([await first, await second]).toEqual(['first', 'waited']);
    expect(breaker.stats()).toMatchObject({ shed: 1, ok: 2, waiting: 0 });
  });

  it('changes how often those are repeated that may be, and repeats no others', async () => {
    let calls = 0;
    const fail = (): Promise<never> => {
      calls += 1;
      return Promise.reject(new Error('down'));
    };
    const made = async (options?: Parameters<Recloser['breaker']>[1]): Promise<number> => {
      calls = 0;
      await caught(recloser.breaker(key, options).protect(fail));
      return calls;
    };
    const quick = { baseMs: 1, maxMs: 2 };
    expect(await made({ retry: quick })).toBe(1);
    await operatorSets({ maxRetries: 2 });
    expect(await made()).toBe(1);
    expect(await made({ retry: quick })).toBe(3);
    expect(await made({ retry: { ...quick, maxRetries: 1 } })).toBe(2);
    await operatorSets({ maxRetries: 2, locked: ['maxRetries'] });
    expect(await made({ retry: { ...quick, maxRetries: 1 } })).toBe(3);
    expect(await made({ retry: { maxRetries: 0 } })).toBe(1);
  });

  it('wins over the code where it is locked, and only there', async () => {
    const breaker = recloser.breaker(key, { timeoutMs: 5_000 });
    await operatorSets({ timeoutMs: 40 });
    const later = new Promise((resolve) => setTimeout(resolve, 120, 'later'));
    expect(await breaker.protect(() => later)).toBe('later');
    await operatorSets({ timeoutMs: 40, locked: ['timeoutMs'] });
    expect(await caught(breaker.protect(never))).toMatchObject({ timeoutMs: 40 });
  });
});
