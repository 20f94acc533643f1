import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isCallTimeout, isCircuitOpen } from '../errors.js';
import { TestControlPlane } from './control-plane.js';

const ok = (): Promise<string> => Promise.resolve('ok');
const fail = (): Promise<never> => Promise.reject(new Error('down'));

describe('TestControlPlane', () => {
  let plane: TestControlPlane;
  beforeEach(() => {
    plane = new TestControlPlane();
  });
  afterEach(() => plane.end());

  it('connects real SDKs at once', async () => {
    const recloser = plane.connect({ service: 'checkout' });
    expect(recloser.status()).toMatchObject({ connected: true, takenOver: false });
    await expect(recloser.ready()).resolves.toBe(true);
    await expect(recloser.breaker('stripe').protect(ok)).resolves.toBe('ok');
  });

  it('forces states, before and after the breaker is used', async () => {
    plane.open('stripe');
    const stripe = plane.connect().breaker('stripe');
    const error: unknown = await stripe.protect(ok).catch((caught: unknown) => caught);
    expect(isCircuitOpen(error) && error.state).toBe('open');
    plane.close('stripe');
    await expect(stripe.protect(ok)).resolves.toBe('ok');
    plane.open('stripe');
    expect(stripe.decide()).toMatchObject({ admitted: false, reason: 'open' });
  });

  it('lets in the same accounts on all SDKs, and nests them', () => {
    const [a, b] = [plane.connect(), plane.connect()].map((each) => each.breaker('stripe'));
    const admitted = (percent: number, breaker = a): string[] => {
      plane.admit('stripe', percent);
      return Array.from({ length: 1_000 }, (_, i) => `u${i}`).filter((accountId) =>
        breaker?.allows({ accountId }),
      );
    };
    const quarter = admitted(25);
    expect(quarter.length).toBeGreaterThan(200);
    expect(quarter.length).toBeLessThan(300);
    expect(admitted(25, b)).toEqual(quarter);
    expect(admitted(50)).toEqual(expect.arrayContaining(quarter));
    expect(admitted(100)).toHaveLength(1_000);
    expect(admitted(0)).toEqual([]);
    expect(() => plane.admit('stripe', 101)).toThrow(RangeError);
    expect(() => plane.admit('stripe', NaN)).toThrow(RangeError);
  });

  it('lets one probe through, and has how it went', async () => {
    const stripe = plane.connect().breaker('stripe');
    plane.probe('stripe');
    await expect(stripe.protect(fail)).rejects.toThrow('down');
    await expect(stripe.protect(ok)).rejects.toThrow('probing');
    expect(plane.probes('stripe')).toEqual([false]);
    plane.probe('stripe');
    await stripe.protect(ok);
    expect(plane.probes('stripe')).toEqual([false, true]);
  });

  it('sets rules and call settings', async () => {
    plane.set('stripe', {
      state: 'open',
      admission: 0,
      rules: [
        {
          id: 'vip',
          when: 'always',
          clauses: [{ attribute: 'plan', operator: 'in', values: ['vip'] }],
          effect: { kind: 'admit' },
        },
      ],
      call: { timeoutMs: 200, stallMs: null, slowMs: null },
    });
    const stripe = plane.connect().breaker('stripe');
    expect(stripe.allows({ plan: 'vip' })).toBe(true);
    expect(stripe.allows()).toBe(false);
    const hanging = stripe
      .protect(() => new Promise(() => undefined), { plan: 'vip' })
      .catch((caught: unknown) => caught);
    await plane.pass(250);
    expect(isCallTimeout(await hanging)).toBe(true);
  });

  it('cuts off and comes back: states hold for a lease, then the SDK decides, then hands back', async () => {
    const recloser = plane.connect();
    const stripe = recloser.breaker('stripe');
    plane.open('stripe');
    plane.goOffline();
    plane.close('stripe');
    await plane.pass(9_000);
    expect(stripe.decide()).toMatchObject({ admitted: false, reason: 'open' });
    await plane.pass(2_000);
    expect(recloser.status()).toMatchObject({ connected: false, takenOver: true });
    expect(stripe.decide().reason).toBe('local');
    plane.goOnline();
    await plane.pass(60_000);
    expect(recloser.status()).toMatchObject({ connected: true, takenOver: false });
    // What this process has seen counts too, until the control plane decides anew.
    expect(stripe.allows()).toBe(false);
    plane.close('stripe');
    expect(stripe.allows()).toBe(true);
  });

  it('has SDKs that begin offline let calls pass, with a breaker of their own', async () => {
    plane.goOffline();
    const recloser = plane.connect();
    const stripe = recloser.breaker('stripe');
    await expect(stripe.protect(ok)).resolves.toBe('ok');
    for (let i = 0; i < 60; i += 1) {
      await stripe.protect(fail).catch(() => undefined);
      await plane.pass(50);
    }
    expect(stripe.decide()).toMatchObject({ admitted: false, reason: 'local' });
  });

  it('stays connected for as long as fake time passes', async () => {
    const recloser = plane.connect();
    await plane.pass(3_600_000);
    expect(plane.now).toBe(3_600_000);
    expect(recloser.status()).toMatchObject({ connected: true, takenOver: false });
    expect(plane.warnings).toEqual([]);
  });

  it('ends also offline, and takes no real time for it', async () => {
    plane.connect().breaker('stripe');
    plane.goOffline();
    await plane.end();
    expect(plane.now).toBeGreaterThanOrEqual(1_000);
  });
});
