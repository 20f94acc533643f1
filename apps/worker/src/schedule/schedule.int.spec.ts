import { connectBackbone, type Backbone } from '@recloser/backbone';
import { type Command, commandBreaker, nextDue } from '@recloser/core';
import { createDatabase, type Database, type LoadedBreaker } from '@recloser/db';
import type { SchedulePlan } from '@recloser/protocol';
import { createLog } from '@recloser/server';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HASTY_POLICY, MIGRATED } from '../testing/fleet.js';
import { ScheduleService } from './schedule.service.js';

const ADA = { kind: 'user', id: 'u1', name: 'Ada' } as const;
const MINUTE = 60_000;
const log = createLog({ name: 'worker', level: 'silent' });

let server: TestServer;
let database: Database;
let backbone: Backbone;
let environmentId: string;
let one: ScheduleService;
let two: ScheduleService;

beforeAll(async () => {
  server = await testPostgres(MIGRATED);
  database = createDatabase(server.url);
  backbone = await connectBackbone({ databaseUrl: server.url, name: 'test', log });
  await database.environments.seedDefaults();
  environmentId = (await database.environments.find('default', 'production')).id;
  one = new ScheduleService(database, backbone, log);
  two = new ScheduleService(database, backbone, log);
});

afterAll(async () => {
  await backbone.close();
  await database.close();
  await server.close();
});

async function make(key: string, mode: 'auto' | 'observe' = 'auto', tags: string[] = []) {
  const breaker = { key, mode, tags, policy: HASTY_POLICY, reason: 'test' };
  await database.breakers.create(environmentId, ADA, breaker);
}

async function load(key: string): Promise<LoadedBreaker> {
  const [breaker] = await database.states.load(environmentId, [key]);
  return breaker!;
}

/** A window that began so many minutes ago. */
async function plan(agoMinutes: number, more: Partial<SchedulePlan>): Promise<SchedulePlan> {
  const begin = new Date((await database.now()) - agoMinutes * MINUTE).toISOString();
  return {
    when: { kind: 'once', date: begin.slice(0, 10), time: begin.slice(11, 16) },
    timeZone: 'UTC',
    durationMinutes: 120,
    leadMinutes: 0,
    action: { kind: 'open' },
    breakers: [],
    tags: [],
    ...more,
  };
}

async function schedule(key: string, ago: number, more: Partial<SchedulePlan>): Promise<void> {
  const input = { key, name: key, description: '', plan: await plan(ago, more), reason: 'agreed' };
  await database.schedules.create(environmentId, ADA, input);
}

/** Actions of a breaker's audit events with who did them, oldest first. */
async function actions(breaker: string): Promise<string[]> {
  const { items } = await database.audit.list({ chain: environmentId, breaker }, { limit: 50 });
  return items.map(({ action, actor }) => `${action} ${actor.kind}`).reverse();
}

const person = (key: string, input: Command) =>
  database.states.commit(environmentId, ADA, [key], (locked, now) => {
    const result = commandBreaker(locked, input, now, 0);
    if (!result.ok) throw new Error(result.message);
    const { transition } = result;
    const dueAt = nextDue({ ...locked, ...transition }, now);
    return { transition, action: 'test', reason: 'test', dueAt };
  });

describe('a maintenance window', () => {
  it('opens its breakers and those with its tag once, whoever looks and however often', async () => {
    await make('db');
    await make('db-replica', 'auto', ['storage']);
    await make('mail');
    await make('watched', 'observe', ['storage']);
    await schedule('upgrade', 1, { breakers: ['db', 'gone'], tags: ['storage'] });
    await Promise.all([one.run(), two.run(), one.run()]);
    await two.run();
    for (const key of ['db', 'db-replica']) {
      const { state, control, last, dueAt } = await load(key);
      expect(state.kind).toBe('open');
      expect(last).toMatchObject({ actor: { kind: 'schedule', id: 'upgrade', name: 'upgrade' } });
      expect(control).toEqual({ mode: 'held', until: dueAt });
      expect(await actions(key)).toEqual(['breaker.create user', 'schedule.apply schedule']);
    }
    expect(await actions('mail')).toHaveLength(1);
    expect(await actions('watched')).toHaveLength(1);
    expect(await database.schedules.due(10)).toEqual([]);
  });

  it('is begun late by a worker that wakes up an hour late, up to its own end', async () => {
    await make('late');
    await schedule('late', 60, { breakers: ['late'], durationMinutes: 90 });
    await one.run();
    const { state, control, now } = await load('late');
    expect(state.kind).toBe('open');
    const left = control.mode === 'held' ? (control.until ?? 0) - now : 0;
    expect(left).toBeGreaterThan(28 * MINUTE);
    expect(left).toBeLessThanOrEqual(30 * MINUTE);
  });

  it('is not begun when it is over, and one that is to come waits for its lead time', async () => {
    await make('past');
    await make('soon');
    await schedule('past', 200, { breakers: ['past'], durationMinutes: 90 });
    await schedule('soon', -30, { breakers: ['soon'], leadMinutes: 10 });
    await one.run();
    expect((await load('past')).state.kind).toBe('closed');
    expect((await load('soon')).state.kind).toBe('closed');
    const stored = await database.schedules.get(environmentId, 'soon');
    await database.schedules.edit(environmentId, ADA, 'soon', {
      expectedRevision: 1,
      plan: { ...stored.plan, leadMinutes: 40 },
      reason: 'earlier',
    });
    await one.run();
    expect((await load('soon')).state.kind).toBe('open');
  });

  it('that is shortened ends at its new end, and at once where that has passed', async () => {
    const dim = { kind: 'dim', admission: 2 ** 30 } as const;
    const edit = async (key: string, expectedRevision: number, durationMinutes: number) => {
      const stored = await database.schedules.get(environmentId, key);
      const shorter = { ...stored.plan, durationMinutes };
      const input = { expectedRevision, plan: shorter, reason: 'done sooner' };
      await database.schedules.edit(environmentId, ADA, key, input);
      await Promise.all([one.run(), two.run()]);
    };
    await make('opened');
    await make('dimmed');
    await schedule('brief-open', 20, { breakers: ['opened'] });
    await schedule('brief-dim', 20, { breakers: ['dimmed'], action: dim });
    await one.run();
    await edit('brief-open', 1, 30);
    const shortened = await load('opened');
    const until = shortened.control.mode === 'held' ? (shortened.control.until ?? 0) : 0;
    expect(until - shortened.now).toBeGreaterThan(8 * MINUTE);
    expect(until - shortened.now).toBeLessThanOrEqual(10 * MINUTE);
    expect(shortened.dueAt).toBe(until);
    await edit('brief-open', 2, 10);
    await edit('brief-dim', 1, 10);
    const [opened, dimmed] = [await load('opened'), await load('dimmed')];
    expect(opened.control).toMatchObject({ mode: 'held', until: opened.dueAt });
    expect(opened.dueAt).toBeLessThanOrEqual(opened.now);
    expect(opened.last?.evidence.summary).toContain('The window of schedule "brief-open" is over');
    expect(dimmed.state).toMatchObject({ kind: 'dimmed', until: dimmed.dueAt });
    expect(dimmed.dueAt).toBeLessThanOrEqual(dimmed.now);
    const applied = 'schedule.apply schedule';
    expect(await actions('opened')).toEqual(['breaker.create user', applied, applied, applied]);
  });

  it('that overlaps another: the smallest admission and the longest end', async () => {
    await make('both');
    const dim = { kind: 'dim', admission: 2 ** 30 } as const;
    await schedule('long-dim', 5, { breakers: ['both'], action: dim, durationMinutes: 300 });
    await one.run();
    expect((await load('both')).state).toMatchObject({ kind: 'dimmed', admission: 2 ** 30 });
    await schedule('short-open', 2, { breakers: ['both'], durationMinutes: 60 });
    await one.run();
    const { state, control, now, last } = await load('both');
    expect(state.kind).toBe('open');
    expect(control.mode === 'held' && (control.until ?? 0) > now + 290 * MINUTE).toBe(true);
    expect(last?.evidence.summary).toContain('"long-dim" and "short-open"');
  });

  it('leaves a person the last word: what is restored stays so, what is held stays held', async () => {
    await make('restored');
    await make('held');
    await person('held', { type: 'trip', until: null });
    await schedule('argued', 1, { breakers: ['restored', 'held'] });
    await one.run();
    expect((await load('held')).control).toEqual({ mode: 'held', until: null });
    await person('restored', { type: 'ramp.finish' });
    await one.run();
    await two.run();
    expect((await load('restored')).state.kind).toBe('closed');
    await database.schedules.edit(environmentId, ADA, 'argued', {
      expectedRevision: 1,
      name: 'Corrected',
      reason: 'a typing error',
    });
    await one.run();
    expect((await load('restored')).state.kind).toBe('closed');
    await make('added');
    const [argued] = (await database.schedules.list(environmentId)).filter(
      ({ key }) => key === 'argued',
    );
    await database.schedules.edit(environmentId, ADA, 'argued', {
      expectedRevision: 2,
      plan: { ...argued!.plan, breakers: ['restored', 'held', 'added'] },
      reason: 'one more',
    });
    await one.run();
    expect((await load('added')).state.kind).toBe('open');
    expect((await load('restored')).state.kind).toBe('closed');
    expect((await load('held')).control).toEqual({ mode: 'held', until: null });
  });

  it('passes over a breaker that is archived in the middle of it', async () => {
    await make('archived');
    await schedule('archived', 1, { breakers: ['archived'] });
    await database.breakers.archive(environmentId, ADA, 'archived', 'gone');
    await one.run();
    expect(await database.schedules.due(10)).toEqual([]);
  });
});
