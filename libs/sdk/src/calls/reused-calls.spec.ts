import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCallTimeout } from '../errors.js';
import { defer, makeRig } from '../sdk.fake.js';

const TIMEOUT_MS = 100;

/** Settles both ways, more than once, and at once. */
class Unruly extends Promise<string> {
  override then<A, B>(
    onOk?: ((value: string) => A | PromiseLike<A>) | null,
    onErr?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    onOk?.('unruly');
    onOk?.('again');
    onErr?.(new Error('and failed'));
    return super.then(onOk, onErr);
  }
}

describe('calls with a deadline, whose objects are used again', () => {
  it('each get their own result, however they overlap, time out or end late', async () => {
    const lasts = fc.array(
      fc.record({ startMs: fc.nat(300), lastsMs: fc.nat(300), fails: fc.boolean() }),
      { minLength: 1, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(lasts, async (plans) => {
        const { system, recloser } = makeRig({ connect: false });
        const options = { timeoutMs: TIMEOUT_MS, policy: { minCalls: 1_000 } };
        const breaker = recloser.breaker('a', options);
        const got: string[] = [];
        for (let ms = 0; ms <= 620; ms += 10) {
          plans.forEach(({ startMs, lastsMs, fails }, index) => {
            if (Math.round(startMs / 10) * 10 !== ms) return;
            const { promise, resolve, reject } = defer<string>();
            const end = () =>
              fails ? reject(new Error(`error ${index}`)) : resolve(`ok ${index}`);
            system.setTimer(end, lastsMs);
            breaker
              .protect(() => promise)
              .then(
                (value) => (got[index] = value),
                (error: unknown) =>
                  (got[index] = isCallTimeout(error) ? 'timeout' : (error as Error).message),
              );
          });
          await system.pass(10);
        }
        plans.forEach(({ lastsMs, fails }, index) => {
          const own = `${fails ? 'error' : 'ok'} ${index}`;
          const allowed =
            lastsMs < TIMEOUT_MS
              ? [own]
              : lastsMs > TIMEOUT_MS + 30
                ? ['timeout']
                : [own, 'timeout'];
          expect(allowed).toContain(got[index]);
        });
        expect(breaker.stats().calls).toBe(plans.length);
      }),
      { numRuns: 30 },
    );
  });

  it('are not disturbed by a promise that calls back more than once', async () => {
    const { recloser } = makeRig({ connect: false });
    const breaker = recloser.breaker('a', { timeoutMs: TIMEOUT_MS });
    const pending = defer<string>();
    const unruly = [1, 2].map(() => breaker.protect(() => new Unruly(() => undefined)));
    const other = breaker.protect(() => pending.promise);
    expect(await Promise.all(unruly)).toEqual(['unruly', 'unruly']);
    const third = breaker.protect(() => Promise.resolve('third'));
    pending.resolve('other');
    expect(await Promise.all([other, third])).toEqual(['other', 'third']);
    expect(breaker.stats()).toMatchObject({ ok: 4, failures: 0, inFlight: 0 });
  });
});
