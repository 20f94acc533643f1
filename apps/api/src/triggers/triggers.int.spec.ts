import {
  LIMITS,
  type CreatedTrigger,
  type CreateTrigger,
  type TriggerInfo,
} from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { PRODUCTION } from '../testing/prepare.js';
import type { Answer } from '../testing/rest-client.js';
import { fireAlertmanager } from '../testing/alertmanager.js';

const { node, admin } = await startFileNode();
const reason = 'test';
const MINUTE = 60_000;
let count = 0;

interface Trigger extends CreatedTrigger {
  readonly key: string;
  /** Calls it as a script does. */
  readonly fire: (alert?: string, status?: string) => Promise<Answer>;
}

/** A trigger of a breaker of its own. */
async function create(input: Partial<CreateTrigger> = {}): Promise<Trigger> {
  count += 1;
  const key = `guard-${count}`;
  await admin.post(`${PRODUCTION}/breakers`, { key, mode: 'auto', reason });
  const body = { name: 'pager', breaker: key, action: 'open', durationMs: 30 * MINUTE, ...input };
  const answer = await admin.post(`${PRODUCTION}/triggers`, body);
  expect(answer).toMatchObject({ status: 201 });
  const created = answer.body as CreatedTrigger;
  const fire = (alert = 'a', status = 'firing') =>
    node.anonymous.post(created.path, { status, alert, summary: 'Stripe is down' });
  return { ...created, key, fire };
}

const breaker = async (key: string) =>
  (await admin.get(`${PRODUCTION}/breakers/${key}`)).body as {
    readonly state: string;
    readonly mode: string;
    readonly heldUntil: number | null;
    readonly admission: number;
    readonly now: number;
  };
const eventsOf = async (key: string) =>
  ((await admin.get(`${PRODUCTION}/audit?breaker=${key}`)).body as { items: { action: string }[] })
    .items;
const command = (key: string, name: string, body: object = {}) =>
  admin.post(`${PRODUCTION}/breakers/${key}/${name}`, { reason, ...body });

describe('a trigger', () => {
  it('opens its breaker in its own name, until its end', async () => {
    const { key, record, fire, path } = await create();
    expect(path).toMatch(/^\/v1\/triggers\/rtr_[A-Za-z0-9_-]{43}$/);
    const answer = await fire();
    expect(answer).toMatchObject({ status: 200, body: { result: 'acted' } });
    const { state, mode, heldUntil, now } = await breaker(key);
    expect([state, mode]).toEqual(['open', 'held']);
    expect((heldUntil ?? 0) - now).toBeGreaterThan(29 * MINUTE);
    expect(await eventsOf(key)).toMatchObject([
      {
        action: 'trigger.open',
        actor: { kind: 'trigger', id: record.id, name: 'trigger:pager' },
        reason: 'Trigger: Stripe is down',
        evidence: { cause: 'trigger' },
      },
      { action: 'breaker.create' },
    ]);
    expect(await admin.get(`${PRODUCTION}/audit/verify`)).toMatchObject({ body: { ok: true } });
  });

  it.each([
    [
      { action: 'dim', admission: 2 ** 30 },
      { state: 'dimmed', mode: 'auto', admission: 2 ** 30 },
    ],
    [{ action: 'hold' }, { state: 'closed', mode: 'held' }],
  ] as const)('does what it is for: %j', async (input, expected) => {
    const { key, fire } = await create(input);
    expect((await fire()).body).toMatchObject({ result: 'acted' });
    expect(await breaker(key)).toMatchObject(expected);
  });

  it('does nothing when an alert is resolved, and nothing that a person would not want', async () => {
    const { key, fire } = await create();
    expect((await fire('a', 'resolved')).body).toMatchObject({ result: 'nothing' });
    await fire('a');
    expect((await fire('a', 'resolved')).body).toMatchObject({ result: 'nothing' });
    expect(await breaker(key)).toMatchObject({ state: 'open', mode: 'held' });
    await command(key, 'restore');
    const repeated = await fire('a');
    expect(repeated.body).toMatchObject({ result: 'nothing' });
    expect((repeated.body as { detail: string }).detail).toContain('has come before');
    expect((await breaker(key)).mode).toBe('auto');
    expect((await fire('b')).body).toMatchObject({ result: 'acted' });
    await command(key, 'restore');
    await command(key, 'ramp', { action: 'finish' });
    await command(key, 'mode', { mode: 'held' });
    expect((await fire('c')).body).toMatchObject({ result: 'nothing' });
    await command(key, 'mode', { mode: 'observe' });
    expect((await fire('d')).body).toMatchObject({ result: 'nothing' });
    expect(await breaker(key)).toMatchObject({ state: 'closed', mode: 'observe' });
  });

  it('called 1,000 times acts once, and is told to slow down', async () => {
    const { key, fire } = await create();
    const answers = (
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const own: Answer[] = [];
          for (let i = 0; i < 50; i += 1) own.push(await fire());
          return own;
        }),
      )
    ).flat();
    const results = answers.map(
      ({ status, body }) => (body as { result?: string }).result ?? status,
    );
    const countOf = (what: unknown) => results.filter((result) => result === what).length;
    expect(countOf('acted')).toBe(1);
    const known: readonly unknown[] = ['acted', 'nothing', 429];
    expect(results.filter((result) => !known.includes(result))).toEqual([]);
    expect(countOf(429)).toBeGreaterThan(800);
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('5');
    expect(await eventsOf(key)).toHaveLength(2);
    // Others are not held up.
    expect((await (await create()).fire()).status).toBe(200);
  });

  it('says so when its breaker is archived or it is revoked', async () => {
    const { key, record, fire } = await create();
    await command(key, 'archive');
    expect(await fire()).toMatchObject({ status: 404, body: { code: 'unknown_breaker' } });
    const listed = (await admin.get(`${PRODUCTION}/triggers`)).body as TriggerInfo[];
    expect(listed.find(({ id }) => id === record.id)).toMatchObject({ archived: true });
    await admin.post(`${PRODUCTION}/breakers`, { key, mode: 'auto', reason });
    expect(await fire()).toMatchObject({ status: 200, body: { result: 'acted' } });
    const path = `${PRODUCTION}/triggers/${record.id}/revoke`;
    const ended = (await admin.post(path, { reason })).body as TriggerInfo;
    expect(ended.revokedAt).not.toBeNull();
    expect(await admin.post(path, { reason: 'again' })).toMatchObject({ body: ended });
    expect(await fire('new')).toMatchObject({ status: 410, body: { code: 'trigger_revoked' } });
  });

  it('is shown once, kept as a hash, and noted in the system’s log', async () => {
    const { record, path, fire } = await create();
    await fire();
    const secret = path.slice('/v1/triggers/rtr_'.length);
    const { body } = await admin.get(`${PRODUCTION}/triggers`);
    const listed = (body as TriggerInfo[]).find(({ id }) => id === record.id);
    expect(listed).toEqual({ ...record, lastUsedAt: expect.any(Number) as number });
    const events = await admin.get('/v1/audit?action=trigger&limit=1');
    expect(events.body).toMatchObject({
      items: [{ action: 'trigger.create', after: { id: record.id, breaker: record.breaker } }],
    });
    expect(JSON.stringify([body, events.body])).not.toContain(secret.slice(8));
  });

  it.each([
    [{ durationMs: 1 }, 'invalid_time'],
    [{ durationMs: LIMITS.triggerMaxMs + 1 }, 'invalid_time'],
    [{ durationMs: undefined }, 'invalid_time'],
    [{ action: 'restore' }, 'invalid_request'],
    [{ action: 'dim' }, 'invalid_admission'],
    [{ action: 'dim', admission: 0 }, 'invalid_admission'],
    [{ action: 'open', admission: 5 }, 'invalid_admission'],
    [{ breaker: 'nowhere' }, 'unknown_breaker'],
  ])('cannot be made with %j', async (input, code) => {
    const body = { name: 'x', breaker: 'guard-1', action: 'open', durationMs: MINUTE, ...input };
    expect(await admin.post(`${PRODUCTION}/triggers`, body)).toMatchObject({ body: { code } });
  });
});

describe('a call', () => {
  it('of a foreign payload, a long one or no JSON is refused, and changes nothing', async () => {
    const { key, path, fire } = await create();
    const send = (body: string, headers = {}) => node.anonymous.send('POST', path, body, headers);
    for (const [body, status, code] of [
      ['{"hello":"world"}', 400, 'foreign_payload'],
      ['{', 400, 'invalid_request'],
      [`{"x":"${'x'.repeat(LIMITS.triggerRequestBytes)}"}`, 413, 'body_too_large'],
    ] as const) {
      expect(await send(body)).toMatchObject({ status, body: { code } });
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await send('a=b', form)).toMatchObject({ status: 415 });
    expect(await node.anonymous.get(path)).toMatchObject({ status: 404 });
    expect(await eventsOf(key)).toHaveLength(1);
    expect(await node.anonymous.post(`${path}x`, {})).toMatchObject({
      status: 404,
      body: { code: 'unknown_trigger' },
    });
    expect((await fire('a\u0000\ud800')).status).toBe(200);
  });

  it('of a real Alertmanager holds the breaker', async () => {
    const { key, path } = await create({ name: 'alertmanager', action: 'hold' });
    const answer = await fireAlertmanager(node.url + path);
    expect(answer).toMatchObject({ result: 'acted' });
    expect(await breaker(key)).toMatchObject({ mode: 'held' });
    const [event] = await eventsOf(key);
    expect(event).toMatchObject({
      action: 'trigger.hold',
      reason: 'Alertmanager: StripeDown: Stripe answers 5xx',
    });
  });
});
