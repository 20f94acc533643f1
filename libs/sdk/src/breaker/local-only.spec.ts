import { describe, expect, it } from 'vitest';
import { type Breaker } from './breaker.js';
import { isCircuitOpen } from '../errors.js';
import { presets } from '../options/presets.js';
import { makeConnected, makeRig, makeView, type Rig } from '../sdk.fake.js';

const fail = (): Promise<never> => Promise.reject(new Error('failed'));
const quietly = (breaker: Breaker<unknown>, fn: () => unknown = fail): Promise<unknown> =>
  breaker.protect(fn).catch((e: unknown) => e);

/** How many failures in a row it takes to open. */
async function failuresUntilOpen({ system }: Rig, breaker: Breaker<unknown>): Promise<number> {
  for (let made = 1; made <= 100; made += 1) {
    void quietly(breaker);
    await system.pass(2_000);
    if (breaker.stats().state !== 'closed') return made;
  }
  return Infinity;
}

describe('a policy in the code', () => {
  const policy = {
    failureRate: 0.4,
    minCalls: 3,
    windowMs: 10_000,
    minFailingBuckets: 1,
    coolDownMs: 15_000,
    probes: 1,
    ramp: [0.5],
    dwellMs: 500,
  };

  it('opens, cools down, probes, ramps and closes as it says', async () => {
    const rig = makeRig({ connect: false, policies: { stripe: policy } });
    const { system, recloser } = rig;
    expect(system.sockets).toEqual([]);
    const breaker = recloser.breaker('stripe');
    for (let call = 0; call < 3; call += 1) await quietly(breaker);
    expect(isCircuitOpen(await quietly(breaker))).toBe(true);
    // Half of the jitter of a tenth.
    expect(breaker.decide()).toMatchObject({ state: 'open', reason: 'local', admitted: false });
    await system.pass(15_700);
    expect(isCircuitOpen(await quietly(breaker))).toBe(true);
    await system.pass(100);
    // Alone, nobody else could make the probe.
    expect(await quietly(breaker, () => 'back')).toBe('back');
    expect(breaker.stats()).toMatchObject({ state: 'ramping', admission: 2 ** 31 });
    system.nextRandom = 0.6;
    expect(isCircuitOpen(await quietly(breaker))).toBe(true);
    system.nextRandom = 0.4;
    for (let call = 0; call < 10; call += 1) await quietly(breaker, () => 1);
    await system.pass(600);
    expect(breaker.allows()).toBe(true);
    expect(breaker.stats()).toMatchObject({ state: 'closed', admission: 2 ** 32 });
  });

  it.each([
    ['of its own', { policies: { a: policy } }, {}, 3],
    ['of all', { defaults: { policy } }, {}, 3],
    ['given with the breaker', { policies: { a: { minCalls: 50 } } }, { policy }, 3],
    [
      'own before that of all',
      { policies: { a: policy }, defaults: { policy: { minCalls: 50 } } },
      {},
      3,
    ],
    ['of the SDK where the code has none', {}, {}, 12],
  ])('is one %s', async (_, options, own, failures) => {
    const rig = makeRig({ connect: false, ...options });
    expect(await failuresUntilOpen(rig, rig.recloser.breaker('a', own))).toBe(failures);
  });

  it('may let everybody back in at once', async () => {
    const options = { policy: { ...policy, ramp: [] } };
    const { system, recloser } = makeRig({ connect: false });
    const breaker = recloser.breaker('a', options);
    for (let call = 0; call < 3; call += 1) await quietly(breaker);
    await system.pass(16_000);
    await quietly(breaker, () => 1);
    expect(breaker.stats().state).toBe('closed');
  });

  it('does not count while the fleet decides', async () => {
    const rig = makeConnected([makeView('a')], { policies: { a: policy } });
    const breaker = rig.recloser.breaker('a');
    for (let call = 0; call < 30; call += 1) await quietly(breaker);
    expect(breaker.stats().state).toBe('closed');
    // Cut off, this process decides, and by it.
    await rig.system.pass(10_100);
    for (let call = 0; call < 3; call += 1) await quietly(breaker);
    expect(breaker.stats().state).toBe('open');
  });

  it('holds where the control plane has never been heard of', async () => {
    const rig = makeRig({ policies: { a: policy } });
    expect(await failuresUntilOpen(rig, rig.recloser.breaker('a'))).toBe(3);
  });
});

describe('presets', () => {
  it.each([
    ['critical', 3, 15_000],
    ['nonCritical', 10, 30_000],
    ['flakyApi', 20, 30_000],
    ['database', 5, 5_000],
  ] as const)('%s opens after %i failures, for %i ms', async (name, failures, coolDownMs) => {
    const rig = makeRig({ connect: false });
    const breaker = rig.recloser.breaker('a', { ...presets[name], retry: { maxRetries: 0 } });
    const made = await failuresUntilOpen(rig, breaker);
    expect(made).toBe(failures);
    const { retryAfterMs } = (await quietly(breaker)) as { retryAfterMs: number };
    expect(retryAfterMs + 2_000).toBeGreaterThanOrEqual(coolDownMs);
    expect(retryAfterMs).toBeLessThanOrEqual(coolDownMs * 1.1);
  });

  it('retry only where the preset is for calls that may be repeated', () => {
    expect(Object.entries(presets).filter(([, preset]) => 'retry' in preset)).toHaveLength(1);
    expect(presets.flakyApi.retry.maxRetries).toBe(2);
  });
});
