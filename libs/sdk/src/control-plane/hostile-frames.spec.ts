import { ADMISSION_ALL } from '@recloser/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCircuitOpen } from '../errors.js';
import { makeFull, makeRig, makeView, type FakeSystem } from '../sdk.fake.js';

const views = fc
  .record({
    key: fc.constantFrom('a', 'b', ''),
    version: fc.integer({ min: -1, max: 5 }),
    state: fc.constantFrom('closed', 'open', 'probing', 'ramping', 'melting'),
    mode: fc.constantFrom('auto', 'held', 'observe'),
    admission: fc.constantFrom(0, 2 ** 28, ADMISSION_ALL, -1, 1e300),
    retryAfterMs: fc.option(fc.integer()),
  })
  .map((over) => ({ ...makeView(over.key), ...over }));

/** Frames that are nearly right are the dangerous ones. */
const frames = fc.oneof(
  fc.record({
    t: fc.constant('full'),
    epoch: fc.constantFrom('e1', 'e2', 7),
    seq: fc.integer({ min: -1, max: 9 }),
    environment: fc.constant({ key: 'p', kind: 'production' }),
    tuning: fc.record({
      flushMs: fc.constantFrom(0, 1_000, 2 ** 52),
      urgentFlushMs: fc.constantFrom(0, 50),
      leaseMs: fc.constantFrom(0, 10_000, 2 ** 52),
      pingMs: fc.constantFrom(0, 5_000, 2 ** 52),
    }),
    fleet: fc.option(fc.integer(), { nil: undefined }),
    breakers: fc.array(views, { maxLength: 3 }),
  }),
  fc.record({
    t: fc.constant('delta'),
    epoch: fc.constantFrom('e1', 'e2'),
    from: fc.nat(9),
    seq: fc.nat(9),
    breakers: fc.array(views, { maxLength: 2 }),
    removed: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
  }),
  fc.record({
    t: fc.constantFrom('permit', 'got', 'ping', 'goodbye', 'error', 'dance'),
    b: fc.constantFrom('a', 'b'),
    v: fc.nat(5),
    n: fc.nat(5),
    id: fc.oneof(fc.nat(), fc.string()),
    round: fc.nat(2),
    ttlMs: fc.integer(),
    lease: fc.boolean(),
    reason: fc.string(),
    withinMs: fc.constantFrom(0, 1_000, 2 ** 52),
    code: fc.constantFrom('replaced', 'key_revoked', 'rate_limited'),
    message: fc.string(),
    fatal: fc.boolean(),
    retryAfterMs: fc.constantFrom(0, 30_000, 2 ** 52),
  }),
);

const steps = fc.oneof(
  { weight: 6, arbitrary: frames.map((frame) => ['text', JSON.stringify(frame)] as const) },
  { weight: 1, arbitrary: fc.string().map((text) => ['text', text] as const) },
  { weight: 1, arbitrary: fc.constant(['open'] as const) },
  { weight: 1, arbitrary: fc.constantFrom(1000, 1006, 4009).map((code) => ['end', code] as const) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(401, 403, 404, 429, 503)
      .map((status) => ['refused', status] as const),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(1, 50, 3_000, 40_000).map((ms) => ['pass', ms] as const),
  },
  { weight: 1, arbitrary: fc.constantFrom(30, 60_000).map((ms) => ['block', ms] as const) },
);
type Step = typeof steps extends fc.Arbitrary<infer S> ? S : never;

async function take(system: FakeSystem, step: Step): Promise<void> {
  const { socket } = system;
  if (step[0] === 'pass') await system.pass(step[1]);
  else if (step[0] === 'block') system.block(step[1]);
  else if (socket.closed) return;
  else if (step[0] === 'text') socket.text(step[1]);
  else if (step[0] === 'open') socket.open();
  else if (step[0] === 'end') socket.end(step[1]);
  else socket.end(1006, `HTTP ${step[1]}`, step[1]);
}

describe('whatever a server does, and in whatever order', () => {
  it('no call is lost or harmed, one timer is enough, and a good state is taken in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 40 }), async (script) => {
        const { system, recloser } = makeRig();
        const errors: string[] = [];
        recloser.on('error', ({ code }) => void errors.push(code));
        const breaker = recloser.breaker('a', { timeoutMs: 500 });
        for (const step of script) {
          await take(system, step);
          const result = await breaker
            .protect(() => Promise.resolve(42), { accountId: 'u' })
            .catch((error: unknown) => (isCircuitOpen(error) ? 42 : error));
          expect(result).toBe(42);
        }
        expect(errors).not.toContain('internal_error');
        expect(system.mostTimers).toBeLessThanOrEqual(1);

        if (!system.socket.closed) system.socket.end();
        for (let i = 0; i < 140 && system.socket.closed; i += 1) await system.pass(5_000);
        system.socket.open();
        system.socket.frame(makeFull([makeView('a')], 1, 'after'));
        expect(recloser.status()).toMatchObject({ connected: true, epoch: 'after', seq: 1 });
        const closing = recloser.close();
        await system.pass(120_000);
        await closing;
        expect(system.timers).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
