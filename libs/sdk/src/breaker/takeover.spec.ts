import { ADMISSION_ALL, cohortBucket } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { type TakeoverEvent, type TransitionEvent } from '../events.js';
import {
  makeConnected,
  makeDelta,
  makeFull,
  makeRig,
  makeView,
  settle,
  type FakeSystem,
} from '../sdk.fake.js';
import { type Breaker } from './breaker.js';
import { type Recloser } from '../recloser.js';

const OPEN = { state: 'open', admission: 0, version: 2 } as const;
const fail = (): Promise<never> => Promise.reject(new Error('down'));
const ok = (): Promise<number> => Promise.resolve(1);

async function calls(
  system: FakeSystem,
  breaker: Breaker,
  fn: () => Promise<number>,
  ms: number,
): Promise<void> {
  for (let at = 0; at < ms; at += 50) {
    await breaker.protect(fn, { accountId: `u${at}` }).catch(() => undefined);
    await system.pass(50);
  }
}

/** Keeps a connection alive without renewing the lease. */
async function headless(system: FakeSystem, ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 1_000) {
    await system.pass(1_000);
    system.socket.frame({ t: 'ping', id: at, lease: false });
  }
}

async function back(system: FakeSystem, ...views: Parameters<typeof makeView>[1][]): Promise<void> {
  while (system.socket.closed) await system.pass(500);
  system.socket.open();
  system.socket.frame(
    makeFull(
      views.map((view) => makeView('a', view)),
      9,
    ),
  );
}

function watch(recloser: Recloser): { takeovers: TakeoverEvent[]; transitions: TransitionEvent[] } {
  const takeovers: TakeoverEvent[] = [];
  const transitions: TransitionEvent[] = [];
  recloser.on('takeover', (event) => void takeovers.push(event));
  recloser.on('transition', (event) => void transitions.push(event));
  return { takeovers, transitions };
}

describe('the lease', () => {
  it('holds the last known state after a loss, and then this process decides', async () => {
    const { system, recloser } = makeConnected([makeView('a', OPEN)]);
    const { takeovers } = watch(recloser);
    const breaker = recloser.breaker('a');
    system.socket.end();
    await system.pass(9_999);
    expect(breaker.decide()).toMatchObject({ admitted: false, reason: 'open' });
    expect(takeovers).toEqual([]);
    await system.pass(2);
    expect(takeovers).toEqual([{ active: true, seq: 1 }]);
    expect(recloser.status().takenOver).toBe(true);
    expect(breaker.decide()).toMatchObject({ admitted: false, reason: 'local' });
  });

  it('is renewed by pings only while somebody decides', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    for (let i = 0; i < 10; i += 1) {
      await system.pass(4_000);
      system.socket.frame({ t: 'ping', id: i, lease: true });
    }
    expect(recloser.status().takenOver).toBe(false);
    await headless(system, 11_000);
    expect(recloser.status()).toMatchObject({ takenOver: true, connected: true });
  });

  it('ends for every breaker but those that a person holds', async () => {
    const { system, recloser } = makeConnected([makeView('a', { ...OPEN, mode: 'held' })]);
    const breaker = recloser.breaker('a');
    await headless(system, 60_000);
    expect(breaker.decide()).toMatchObject({ admitted: false, reason: 'open' });
  });

  it('and a hold with an end is held until then', async () => {
    const held = { ...OPEN, mode: 'held', retryAfterMs: 20_000 } as const;
    const { system, recloser } = makeConnected([makeView('a', held)]);
    const breaker = recloser.breaker('a');
    await headless(system, 19_000);
    expect(breaker.decide().reason).toBe('open');
    await headless(system, 2_000);
    expect(breaker.decide().reason).toBe('local');
  });

  it('leaves breakers in observe open to all', async () => {
    const view = makeView('a', { ...OPEN, mode: 'observe', admission: ADMISSION_ALL });
    const { system, recloser } = makeConnected([view]);
    await headless(system, 12_000);
    const breaker = recloser.breaker('a');
    await calls(system, breaker, fail, 3_000);
    expect(breaker.decide()).toMatchObject({ admitted: true, reason: 'observe' });
  });
});

describe('while cut off', () => {
  it('a dead dependency is cut off here, probed, and brought back in steps', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const { transitions } = watch(recloser);
    const breaker = recloser.breaker('a');
    await headless(system, 11_000);
    expect(breaker.allows()).toBe(true);
    await calls(system, breaker, fail, 2_000);
    expect(breaker.decide()).toMatchObject({ admitted: false, reason: 'local', state: 'open' });
    expect(breaker.stats().rejected).toBeGreaterThan(0);
    system.nextRandom = 0;
    await calls(system, breaker, ok, 40_000);
    expect(breaker.decide({ accountId: 'x' })).toMatchObject({ admitted: true, state: 'closed' });
    expect(transitions.every(({ source }) => source === 'local')).toBe(true);
    const steps = transitions.filter(({ to }) => to === 'ramping');
    expect(steps.map(({ admission }) => admission / 2 ** 28)).toEqual([1, 2, 4, 8]);
    expect(transitions.map(({ to }) => to)).toEqual([
      'open',
      'probing',
      ...new Array<string>(4).fill('ramping'),
      'closed',
    ]);
  });

  it('a ramp goes on from where it was', async () => {
    const view = makeView('a', { state: 'ramping', admission: 2 ** 30, version: 4 });
    const { system, recloser } = makeConnected([view]);
    await headless(system, 11_000);
    expect(recloser.breaker('a').decide({ accountId: 'x' })).toMatchObject({
      state: 'ramping',
      admission: 2 ** 30,
    });
  });

  it('a cold start has the local breaker on', async () => {
    const { system, recloser } = makeRig();
    const breaker = recloser.breaker('a');
    await calls(system, breaker, fail, 2_000);
    expect(breaker.decide()).toMatchObject({ admitted: false, reason: 'local' });
  });

  it('one failure does not open anything', async () => {
    const { system, recloser } = makeRig();
    const breaker = recloser.breaker('a');
    await breaker.protect(fail).catch(() => undefined);
    await calls(system, breaker, ok, 1_000);
    await breaker.protect(fail).catch(() => undefined);
    expect(breaker.allows()).toBe(true);
  });
});

describe('the return', () => {
  it('hands back at once where nothing was held back', async () => {
    const { system, recloser } = makeConnected([makeView('a', OPEN)]);
    const { takeovers } = watch(recloser);
    const breaker = recloser.breaker('a');
    system.socket.end();
    await system.pass(11_000);
    await back(system, { version: 3 });
    expect(takeovers.map(({ active }) => active)).toEqual([true, false]);
    await settle();
    expect(recloser.status().takenOver).toBe(false);
    // Open here, closed for the fleet: the smaller one counts.
    expect(breaker.decide()).toMatchObject({ admitted: false, reason: 'local' });
  });

  it('keeps the smaller admission until a newer decision', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    system.socket.end();
    await system.pass(11_000);
    await calls(system, breaker, fail, 2_000);
    expect(breaker.allows()).toBe(false);
    await back(system, { version: 1 });
    expect(breaker.allows()).toBe(false);
    system.socket.frame(makeDelta(9, [makeView('b')]));
    expect(breaker.allows()).toBe(false);
    system.socket.frame(makeDelta(10, [makeView('a', { version: 2 })]));
    expect(breaker.decide()).toMatchObject({ admitted: true, reason: 'closed' });
  });

  it('does not stay smaller for ever when nobody decides anew', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    system.socket.end();
    await system.pass(11_000);
    await calls(system, breaker, fail, 2_000);
    await back(system, { version: 1 });
    system.nextRandom = 0;
    for (let i = 0; i < 20; i += 1) {
      system.socket.frame({ t: 'ping', id: i, lease: true });
      await calls(system, breaker, ok, 2_000);
    }
    expect(breaker.decide()).toMatchObject({ admitted: true, reason: 'closed' });
  });

  it('tests only with those whom the fleet lets in', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    system.socket.end();
    await system.pass(11_000);
    await calls(system, breaker, fail, 2_000);
    const step = { state: 'ramping', admission: ADMISSION_ALL / 16, version: 5 } as const;
    await back(system, step);
    system.nextRandom = 0;
    const outside = Array.from({ length: 200 }, (_, i) => `u${i}`).filter(
      (account) => cohortBucket('salt', account) >= step.admission,
    );
    for (const accountId of outside) {
      await breaker.protect(ok, { accountId }).catch(() => undefined);
      await system.pass(50);
    }
    expect(breaker.stats().ok).toBe(0);
    for (let i = 0; i < 200; i += 1) {
      await breaker.protect(ok, { accountId: `u${i}` }).catch(() => undefined);
      await system.pass(50);
    }
    expect(breaker.stats().ok).toBeGreaterThan(0);
  });

  it('takes the fleet’s state where that is smaller, and its permits', async () => {
    const { system, recloser } = makeConnected([makeView('a', OPEN)]);
    const breaker = recloser.breaker('a');
    system.socket.end();
    await system.pass(11_000);
    await back(system, { state: 'probing', admission: 0, version: 5 });
    system.nextRandom = 0;
    await calls(system, breaker, ok, 5_000);
    expect(breaker.stats().ok).toBe(0);
    system.socket.frame({ t: 'permit', b: 'a', v: 5, round: 1, id: 'p', ttlMs: 5_000 });
    await calls(system, breaker, ok, 500);
    expect(breaker.stats().ok).toBe(1);
    expect(system.socket.of('probe')).toEqual([
      { t: 'probe', b: 'a', v: 5, round: 1, id: 'p', ok: true, ms: 0 },
    ]);
  });
});

describe('permits', () => {
  const PROBING = { state: 'probing', admission: 0, version: 3 } as const;
  const permit = { t: 'permit', b: 'a', v: 3, round: 1, id: 'p1', ttlMs: 5_000 } as const;

  it('let exactly one call through, and its result is sent at once', async () => {
    const { system, recloser } = makeConnected([makeView('a', PROBING)]);
    const breaker = recloser.breaker('a');
    await expect(breaker.protect(ok)).rejects.toMatchObject({ state: 'probing', reason: 'probe' });
    system.socket.frame(permit);
    expect(breaker.allows()).toBe(false);
    const results = await Promise.allSettled([breaker.protect(ok), breaker.protect(ok)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(system.socket.of('probe')).toEqual([
      { t: 'probe', b: 'a', v: 3, round: 1, id: 'p1', ok: true, ms: 0 },
    ]);
  });

  it.each([
    ['fails', fail],
    ['is throttled', () => Promise.reject(Object.assign(new Error(), { status: 429 }))],
  ])('tell when the call %s', async (_, fn) => {
    const { system, recloser } = makeConnected([makeView('a', PROBING)]);
    system.socket.frame(permit);
    const breaker = recloser.breaker('a');
    system.socket.frame(permit);
    await breaker.protect(fn).catch(() => undefined);
    expect(system.socket.of('probe')).toMatchObject([{ id: 'p1', ok: false }]);
  });

  it('tell of a call that hangs, before it ends and once', async () => {
    const { system, recloser } = makeConnected([makeView('a', PROBING)]);
    const breaker = recloser.breaker('a', { timeoutMs: 2_000 });
    system.socket.frame(permit);
    void breaker.protect(() => new Promise(() => undefined)).catch(() => undefined);
    await system.pass(1_100);
    expect(system.socket.of('probe')).toMatchObject([{ ok: false }]);
    await system.pass(2_000);
    expect(system.socket.of('probe')).toHaveLength(1);
  });

  it('can be used again when the call told nothing', async () => {
    const { system, recloser } = makeConnected([makeView('a', PROBING)]);
    const breaker = recloser.breaker('a');
    system.socket.frame(permit);
    const aborted = Object.assign(new Error('gone'), { name: 'AbortError' });
    await breaker.protect(() => Promise.reject(aborted)).catch(() => undefined);
    expect(system.socket.of('probe')).toEqual([]);
    await expect(breaker.protect(ok)).resolves.toBe(1);
    expect(system.socket.of('probe')).toMatchObject([{ ok: true }]);
  });

  it('lapse', async () => {
    const { system, recloser } = makeConnected([makeView('a', PROBING)]);
    const breaker = recloser.breaker('a');
    system.socket.frame(permit);
    await system.pass(5_000);
    await expect(breaker.protect(ok)).rejects.toMatchObject({ code: 'RECLOSER_OPEN' });
  });

  it('of another version, or of a breaker that is not used, count for nothing', async () => {
    const { system, recloser } = makeConnected([makeView('a', PROBING)]);
    system.socket.frame(permit);
    const breaker = recloser.breaker('a');
    system.socket.frame({ ...permit, v: 2 });
    await expect(breaker.protect(ok)).rejects.toMatchObject({ code: 'RECLOSER_OPEN' });
    system.socket.frame(permit);
    system.socket.frame(makeDelta(1, [makeView('a', { ...OPEN, version: 4 })]));
    await expect(breaker.protect(ok)).rejects.toMatchObject({ code: 'RECLOSER_OPEN' });
  });

  it('are not spent on those whom a rule turns away', async () => {
    const clauses = [{ attribute: 'job', operator: 'exists', values: [] }] as const;
    const rules = [{ id: 'r', when: 'always', clauses, effect: { kind: 'reject' } }] as const;
    const { system, recloser } = makeConnected([makeView('a', { ...PROBING, rules })]);
    const breaker = recloser.breaker('a');
    system.socket.frame(permit);
    await expect(breaker.protect(ok, { job: 'nightly' })).rejects.toMatchObject({ reason: 'rule' });
    await expect(breaker.protect(ok, {})).resolves.toBe(1);
  });
});
