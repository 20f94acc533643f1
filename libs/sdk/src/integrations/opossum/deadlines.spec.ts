import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

const never = () => new Promise(() => undefined);
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

/** In real time: with a test's fake timers each call has a timer of its own, as opossum's have. */
describe('time limits of the drop-in', () => {
  it('need one timer for all calls of a breaker, and none once they have ended', async () => {
    const before = timers();
    const ends: (() => void)[] = [];
    const breaker = new CircuitBreaker(() => new Promise<void>((end) => ends.push(end)), {
      timeout: 60_000,
    });
    const calls = Array.from({ length: 20 }, () => breaker.fire());
    expect(timers()).toBe(before + 1);
    for (const end of ends) end();
    await Promise.all(calls);
    await turn();
    expect(timers()).toBe(before);
    const again = breaker.fire();
    expect(timers()).toBe(before + 1);
    ends.at(-1)?.();
    await again;
    breaker.shutdown();
  });

  it('end calls in the order of their limits, also when the program changes these', async () => {
    const breaker = new CircuitBreaker(async (name: string) => [name, await never()], {
      timeout: 60,
      volumeThreshold: 100,
    });
    const ended: string[] = [];
    const fire = (name: string) => breaker.fire(name).catch(() => void ended.push(name));
    const calls = [fire('long')];
    breaker.options.timeout = 10;
    calls.push(fire('short'), fire('short, too'));
    breaker.options.timeout = 30;
    calls.push(fire('middle'));
    await Promise.all(calls);
    expect(ended).toEqual(['short', 'short, too', 'middle', 'long']);
    breaker.shutdown();
  });

  it('end a call in time though the end of another made a longer one', async () => {
    const breaker = new CircuitBreaker(never, { timeout: 10, volumeThreshold: 100 });
    const first = breaker.fire();
    breaker.once('timeout', () => {
      breaker.options.timeout = 60_000;
      void breaker.fire().catch(() => undefined);
    });
    breaker.options.timeout = 20;
    const second = breaker.fire();
    await expect(first).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await expect(second).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    breaker.shutdown();
  });

  it('tell of a call where it was made', async () => {
    const storage = new AsyncLocalStorage<string>();
    const breaker = new CircuitBreaker(never, { timeout: 10, volumeThreshold: 100 });
    const heard: unknown[] = [];
    breaker.on('timeout', () => heard.push(storage.getStore()));
    breaker.fallback(() => storage.getStore());
    const calls = ['a', 'b'].map((name) => storage.run(name, () => breaker.fire()));
    expect(await Promise.all(calls)).toEqual(['a', 'b']);
    expect(heard).toEqual(['a', 'b']);
    breaker.shutdown();
  });
});
