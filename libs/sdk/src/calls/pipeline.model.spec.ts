import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBulkheadFull } from '../errors.js';
import { defer, makeConnected, makeView, settle } from '../sdk.fake.js';

/** The bulkhead as simply as it can be said: who runs, who waits, and who was sent away. */
class Model {
  readonly running: number[] = [];
  waiting: { readonly call: number; readonly until: number }[] = [];
  readonly shed = new Set<number>();
  readonly #limit: number;
  readonly #queue: number;

  constructor(limit: number, queue: number) {
    this.#limit = limit;
    this.#queue = queue;
  }

  begin(call: number, until: number): void {
    if (this.running.length < this.#limit) this.running.push(call);
    else if (this.waiting.length < this.#queue) this.waiting.push({ call, until });
    else this.shed.add(call);
  }

  end(call: number): void {
    this.running.splice(this.running.indexOf(call), 1);
    const next = this.waiting.shift();
    if (next !== undefined) this.running.push(next.call);
  }

  pass(now: number): void {
    for (const { call, until } of this.waiting) if (until <= now) this.shed.add(call);
    this.waiting = this.waiting.filter(({ until }) => until > now);
  }
}

const event = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'begin' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      which: fc.nat(20),
      ok: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(300) }) },
);

describe('the pipeline', () => {
  it('does what its model does, whatever happens in whichever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(4),
        fc.array(event, { maxLength: 60 }),
        async (maxConcurrent, maxQueue, events) => {
          const { system, recloser } = makeConnected([makeView('a')]);
          const options = { maxConcurrent, maxQueue, queueTimeoutMs: 200, stallMs: Infinity };
          const breaker = recloser.breaker('a', options);
          const model = new Model(maxConcurrent, maxQueue);
          const gates: ReturnType<typeof defer<string>>[] = [];
          const running = new Set<number>();
          const shed = new Set<number>();
          let ok = 0;
          let failures = 0;
          for (const { kind, ...about } of events) {
            if (kind === 'begin') {
              const gate = defer<string>();
              const call = gates.push(gate) - 1;
              model.begin(call, system.time + 200);
              const run = (): Promise<string> => {
                running.add(call);
                return gate.promise;
              };
              void breaker.protect(run).then(
                () => running.delete(call),
                (error: unknown) => (isBulkheadFull(error) ? shed.add(call) : running.delete(call)),
              );
            } else if ('which' in about) {
              const call = model.running[about.which % Math.max(1, model.running.length)];
              if (call === undefined) continue;
              model.end(call);
              if (about.ok) gates[call]?.resolve('ok');
              else gates[call]?.reject(new Error('failed'));
              ok += Number(about.ok);
              failures += Number(!about.ok);
            } else if ('ms' in about) {
              await system.pass(about.ms);
              model.pass(system.time);
            }
            await settle();
            expect([...running].sort()).toEqual([...model.running].sort());
            expect(shed).toEqual(model.shed);
            expect(breaker.stats()).toMatchObject({
              ok,
              failures,
              inFlight: model.running.length,
              waiting: model.waiting.length,
              shed: model.shed.size,
            });
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('never makes more attempts than allowed, nor spends more than its budget', async () => {
    const plan = fc.array(fc.constantFrom('ok', 'fail', '4xx'), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.array(plan, { maxLength: 40 }), async (maxRetries, plans) => {
        const { system, recloser } = makeConnected([makeView('a')]);
        const breaker = recloser.breaker('a', { retry: { maxRetries, baseMs: 10 } });
        let tokens = 10;
        let attempts = 0;
        for (const steps of plans) {
          // The model: a token for each further attempt, a tenth of one earned by each call.
          tokens = Math.min(10, tokens + 0.1);
          let made = 0;
          let expected = 1;
          while (steps[expected - 1] === 'fail' && expected <= maxRetries && tokens >= 1) {
            tokens -= 1;
            expected += 1;
          }
          const call = breaker
            .protect(() => {
              const step = steps[made] ?? 'ok';
              made += 1;
              if (step === 'ok') return 'ok';
              const status = step === '4xx' ? { status: 404 } : {};
              return Promise.reject(Object.assign(new Error(step), status));
            })
            .catch((error: unknown) => (error as Error).message);
          await system.pass(500);
          expect(made).toBe(expected);
          expect(await call).toBe(steps[expected - 1] ?? 'ok');
          attempts += made;
        }
        expect(breaker.stats()).toMatchObject({
          calls: attempts,
          retried: attempts - plans.length,
        });
      }),
      { numRuns: 60 },
    );
  });
});
