import { ADMISSION_ALL, type PartitionView } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { type Recloser } from '../recloser.js';
import { makeConnected, makeDelta, makeView } from '../sdk.fake.js';

const ME = { service: 'shop', zone: 'eu-1a', region: 'eu', instanceId: 'shop-7' };
const scope = (over: Partial<PartitionView> = {}): PartitionView => ({
  kind: 'zone',
  value: 'eu-1a',
  version: 6,
  state: 'open',
  mode: 'auto',
  admission: 0,
  retryAfterMs: 3_000,
  ...over,
});
const scoped = (...scopes: PartitionView[]) => makeView('stripe', { version: 5, scopes });
const decisionOf = (recloser: Recloser) => recloser.breaker('stripe').decide({ accountId: 'a' });

describe('states of parts of the fleet', () => {
  it('hold for the instances in them, and are said to', () => {
    const { recloser, system } = makeConnected([makeView('stripe', { version: 5 })], ME);
    expect(decisionOf(recloser)).toMatchObject({ admitted: true, reason: 'closed' });
    system.socket.frame(makeDelta(1, [scoped(scope())]));
    expect(decisionOf(recloser)).toMatchObject({
      admitted: false,
      reason: 'open',
      state: 'open',
      scope: { kind: 'zone', value: 'eu-1a' },
    });
    // What everybody is told stays as it was told.
    expect(recloser.breakers()[0]).toMatchObject({ version: 5, state: 'closed' });
    system.socket.frame(makeDelta(2, [makeView('stripe', { version: 5 })]));
    expect(decisionOf(recloser)).toMatchObject({ admitted: true });
    expect(decisionOf(recloser)).not.toHaveProperty('scope');
  });

  it('do not concern anybody else', () => {
    const { recloser, system } = makeConnected([scoped(scope({ value: 'us-1a' }))], ME);
    expect(decisionOf(recloser).admitted).toBe(true);
    system.socket.frame(makeDelta(1, [scoped(scope({ kind: 'instance', value: 'shop-7' }))]));
    expect(decisionOf(recloser).admitted).toBe(false);
  });

  it('count apart, from the first call after to the last before', async () => {
    const { recloser, system } = makeConnected([makeView('stripe', { version: 5 })], ME);
    const stripe = recloser.breaker('stripe');
    let end: (value: string) => void = () => undefined;
    const early = stripe.protect(() => new Promise<string>((resolve) => (end = resolve)));
    const ramping = scope({ state: 'ramping', admission: ADMISSION_ALL - 1, retryAfterMs: null });
    system.socket.frame(makeDelta(1, [scoped(ramping)]));
    await stripe.protect(() => Promise.resolve('late'), { accountId: 'a' });
    end('early');
    await early;
    await system.pass(1_500);
    const versions = system.socket.of('signal').flatMap(({ items }) => items.map(({ v }) => v));
    expect(versions.sort()).toEqual([5, 6]);
  });

  it('are probed with a permit for their own version', async () => {
    const probing = scope({ state: 'probing', retryAfterMs: null });
    const { recloser, system } = makeConnected([scoped(probing)], ME);
    const stripe = recloser.breaker('stripe');
    await expect(stripe.protect(() => Promise.resolve(1))).rejects.toThrow();
    const permit = { t: 'permit', b: 'stripe', round: 1, id: '6.1.0', ttlMs: 5_000 } as const;
    system.socket.frame({ ...permit, v: 5 });
    await expect(stripe.protect(() => Promise.resolve(1))).rejects.toThrow();
    system.socket.frame({ ...permit, v: 6 });
    await expect(stripe.protect(() => Promise.resolve(1))).resolves.toBe(1);
    expect(system.socket.of('probe')).toMatchObject([{ v: 6, id: '6.1.0', ok: true }]);
  });

  it('tell listeners what changes here', () => {
    const { recloser, system } = makeConnected([makeView('stripe', { version: 5 })], ME);
    const seen: string[] = [];
    recloser.on('transition', ({ from, to, version }) => seen.push(`${from} ${to} ${version}`));
    system.socket.frame(makeDelta(1, [scoped(scope({ value: 'us-1a' }))]));
    system.socket.frame(makeDelta(2, [scoped(scope())]));
    expect(seen).toEqual(['closed open 6']);
  });

  it('of a kind that is not known match nobody', () => {
    const strange = { ...scope(), kind: 'planet', value: 'mars' };
    const { recloser, system } = makeConnected([makeView('stripe', { version: 5 })], ME);
    const frame = { ...makeDelta(1, []), breakers: [{ ...scoped(), scopes: [strange] }] };
    system.socket.text(JSON.stringify(frame));
    expect(decisionOf(recloser).admitted).toBe(true);
    expect(recloser.status().malformedFrames).toBe(0);
  });
});
