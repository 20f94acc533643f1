import { describe, expect, it } from 'vitest';
import { isCircuitOpen } from '../errors.js';
import { type BreakerOptions } from '../options/options.js';
import { makeConnected, makeDelta, makeRig, makeView } from '../sdk.fake.js';
import { type Breaker } from '../breaker/breaker.js';
import { controlOf } from './control-of.js';
import { consecutive } from './trip-rules/consecutive.js';

const POLICY = { coolDownMs: 1_000, probes: 1, ramp: [] };
const ok = () => Promise.resolve('ok');
const fail = () => Promise.reject(new Error('down'));

function makeAlone(options: BreakerOptions = { policy: POLICY }) {
  const rig = makeRig({ connect: false });
  const stripe = rig.recloser.breaker('stripe', options);
  return { ...rig, stripe, control: controlOf(stripe) };
}

const isRejected = (stripe: Breaker): Promise<boolean> =>
  stripe.protect(ok).then(
    () => false,
    (error: unknown) => isCircuitOpen(error),
  );

describe('opening and closing by hand', () => {
  it('opens a breaker, which recovers by its policy', async () => {
    const { system, recloser, stripe, control } = makeAlone();
    const changes: string[] = [];
    recloser.on('transition', ({ from, to, source }) => changes.push(`${from} ${to} ${source}`));
    control.open();
    expect(await isRejected(stripe)).toBe(true);
    await system.pass(1_100);
    expect(await isRejected(stripe)).toBe(false);
    expect(stripe.decide().state).toBe('closed');
    expect(changes).toEqual(['closed open local', 'open probing local', 'probing closed local']);
  });

  it('closes a breaker at once', async () => {
    const { stripe, control } = makeAlone();
    control.open();
    control.close();
    expect(await isRejected(stripe)).toBe(false);
    control.close();
    expect(stripe.allows()).toBe(true);
  });

  it('opens beside a control plane until the next decision of the fleet', async () => {
    const { system, recloser } = makeConnected([makeView('stripe')]);
    const stripe = recloser.breaker('stripe', { policy: POLICY });
    controlOf(stripe).open();
    expect(stripe.decide()).toMatchObject({ admitted: false, reason: 'local' });
    system.socket.frame(makeDelta(1, [makeView('stripe', { version: 2 })]));
    expect(await isRejected(stripe)).toBe(false);
  });

  it('cannot close what the control plane has opened', () => {
    const { recloser } = makeConnected([makeView('stripe', { state: 'open', admission: 0 })]);
    const stripe = recloser.breaker('stripe');
    const control = controlOf(stripe);
    control.close();
    expect(stripe.allows()).toBe(false);
  });

  it('is not reported as an opening on evidence', async () => {
    const { system, recloser } = makeConnected([makeView('stripe')]);
    const stripe = recloser.breaker('stripe');
    controlOf(stripe).open();
    await isRejected(stripe);
    await system.pass(2_000);
    const items = system.socket.of('signal').flatMap((frame) => frame.items);
    expect(items.length).toBeGreaterThan(0);
    expect(items.filter((item) => 'o' in item)).toEqual([]);
  });
});

describe('holds', () => {
  it('keeps a breaker open until its last holder lets go', () => {
    const { stripe, control } = makeAlone();
    const [first, second] = [control.isolate(), control.isolate()];
    first();
    first();
    expect(stripe.decide()).toMatchObject({ admitted: false, reason: 'forced' });
    second();
    expect(stripe.allows()).toBe(true);
  });

  it('counts open before off, off before closed, and break-glass before all', async () => {
    const { stripe, control } = makeAlone();
    const calls = () => stripe.stats().calls;
    control.open();
    const ends = [control.hold('closed')];
    await stripe.protect(ok);
    expect(calls()).toBe(1);
    ends.push(control.hold('off'));
    await stripe.protect(ok);
    stripe.acquire().success();
    expect(calls()).toBe(1);
    const end = control.isolate();
    expect(stripe.allows()).toBe(false);
    end();
    expect(stripe.allows()).toBe(true);
    for (const each of ends) each();
    expect(stripe.allows()).toBe(false);

    const { recloser } = makeRig({ connect: false, force: { paypal: 'closed' } });
    const paypal = recloser.breaker('paypal');
    controlOf(paypal).isolate();
    expect(paypal.allows()).toBe(true);
  });

  it('makes a call of a breaker that is off without its options', async () => {
    const { stripe, control } = makeAlone({
      timeoutMs: 10,
      retry: { maxRetries: 2 },
      maxConcurrent: 1,
    });
    control.hold('off');
    let calls = 0;
    const counted = () => {
      calls += 1;
      return fail();
    };
    await expect(stripe.protect(counted)).rejects.toThrow('down');
    await expect(stripe.protect((): unknown => JSON.parse('{'))).rejects.toThrow(SyntaxError);
    expect(calls).toBe(1);
  });

  it('decides alone again after a hold that was there before break-glass was lifted', () => {
    const rig = makeRig({ connect: false, forceFile: '/force' });
    rig.system.edit('/force', 'stripe=open');
    const stripe = rig.recloser.breaker('stripe', { policy: { ...POLICY, trip: consecutive(1) } });
    const end = controlOf(stripe).hold('closed');
    rig.system.edit('/force', null);
    end();
    stripe.acquire().failure(new Error('down'));
    expect(stripe.decide()).toMatchObject({ admitted: false, reason: 'local' });
  });

  it('refuses a state that it does not know', () => {
    expect(() => makeAlone().control.hold('half' as never)).toThrow(/'open' or 'closed' or 'off'/);
  });
});

describe('a rule of the program', () => {
  it('opens the breaker in place of the rule of the fleet', async () => {
    const policy = { ...POLICY, trip: consecutive(2) };
    const { system, stripe } = makeAlone({ policy });
    for (const call of [fail, ok, fail, fail]) await stripe.protect(call).catch(() => undefined);
    expect(await isRejected(stripe)).toBe(true);
    await system.pass(1_100);
    expect(await isRejected(stripe)).toBe(false);
    // It starts anew.
    await stripe.protect(fail).catch(() => undefined);
    expect(stripe.allows()).toBe(true);
  });

  it('opens nothing when it throws', async () => {
    const broken = () => {
      throw new Error('rule');
    };
    for (const trip of [broken, () => ({ calls: 1, failures: 1, record: broken, reset: broken })]) {
      const { stripe, control } = makeAlone({ policy: { trip } });
      expect(await stripe.protect(ok)).toBe('ok');
      control.open();
      control.close();
      expect(stripe.allows()).toBe(true);
    }
  });
});

describe('a state that is taken along', () => {
  it('goes on in another process where it was', async () => {
    const first = makeAlone();
    first.control.open();
    await first.system.pass(300);
    const saved = first.control.save();
    expect(saved).toMatchObject({ state: 'open', relapses: 1 });

    const second = makeAlone();
    second.control.restore(structuredClone(saved));
    expect(await isRejected(second.stripe)).toBe(true);
    await second.system.pass(saved!.openForMs + 1);
    expect(await isRejected(second.stripe)).toBe(false);
    expect(second.stripe.decide().state).toBe('closed');
  });

  it('does not open for the time that has passed meanwhile', async () => {
    const { stripe, control } = makeAlone();
    control.open();
    expect(await isRejected(stripe)).toBe(true);
    const saved = control.save()!;
    const later = makeAlone();
    later.control.restore({ ...saved, at: saved.at - 60_000 });
    expect(await isRejected(later.stripe)).toBe(false);
  });

  it('is refused where it is none', () => {
    const { stripe, control } = makeAlone();
    expect(() => control.restore({ state: 'open', admission: 0 } as never)).toThrow(
      'saved.openForMs',
    );
    control.restore(null);
    expect(stripe.allows()).toBe(true);
    expect(() => controlOf({} as never)).toThrow('Option breaker must be');
  });
});
