import { describe, expect, it } from 'vitest';
import { TestControlPlane } from '../../testing/control-plane.js';
import { CircuitBreaker } from './circuit-breaker.js';

const EVENTS = ['open', 'halfOpen', 'close', 'reject', 'success', 'failure'];

function makeBreaker(action: () => Promise<unknown>) {
  const plane = new TestControlPlane();
  const recloser = plane.connect({ service: 'checkout' });
  const breaker = new CircuitBreaker(action, { recloser, name: 'stripe', resetTimeout: 1 });
  const events: string[] = [];
  for (const event of EVENTS) breaker.on(event, () => events.push(event));
  const statsOf = () => recloser.stats().find(({ breaker: key }) => key === 'stripe');
  return { plane, breaker, events, statsOf };
}

describe('a drop-in for opossum with a control plane', () => {
  it('follows its states, and is half open while it probes and ramps', async () => {
    const { plane, breaker, events } = makeBreaker(() => Promise.resolve('ok'));
    plane.close('stripe');
    await expect(breaker.fire()).resolves.toBe('ok');
    plane.open('stripe');
    expect(breaker.opened).toBe(true);
    await expect(breaker.fire()).rejects.toMatchObject({ code: 'EOPENBREAKER' });
    plane.probe('stripe');
    expect(breaker.halfOpen).toBe(true);
    await expect(breaker.fire()).resolves.toBe('ok');
    await expect(breaker.fire()).rejects.toMatchObject({ code: 'EOPENBREAKER' });
    plane.admit('stripe', 100);
    expect(breaker.halfOpen).toBe(true);
    await expect(breaker.fire()).resolves.toBe('ok');
    plane.close('stripe');
    expect(breaker.closed).toBe(true);
    expect(events).toEqual([
      ...['success', 'open', 'reject', 'halfOpen', 'success', 'reject', 'success', 'close'],
    ]);
    expect(plane.probes('stripe')).toEqual([true]);
    await plane.end();
  });

  it('counts for it, and does not open by its own window', async () => {
    const { plane, breaker, statsOf } = makeBreaker(() => Promise.reject(new Error('down')));
    plane.close('stripe');
    for (let call = 0; call < 3; call += 1) await expect(breaker.fire()).rejects.toThrow('down');
    expect(breaker.closed).toBe(true);
    expect(statsOf()).toMatchObject({ calls: 3, failures: 3 });
    await plane.end();
  });

  it('starts in the state that is known, and leaves it at its shutdown', async () => {
    const plane = new TestControlPlane();
    const recloser = plane.connect();
    plane.open('stripe');
    const breaker = new CircuitBreaker('value', { recloser, name: 'stripe' });
    expect(breaker.opened).toBe(true);
    breaker.shutdown();
    plane.close('stripe');
    expect(breaker.isShutdown).toBe(true);
    await plane.end();
  });
});
