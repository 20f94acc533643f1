import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterWarmUp } from './after-warm-up.js';
import { consecutive } from './consecutive.js';
import { countWindow } from './count-window.js';
import { timeWindow } from './time-window.js';
import { type TripRule } from '../../breaker/trip-rule.js';

interface Outcome {
  readonly failed: boolean;
  readonly now: number;
}

/** Calls with pauses between them, mostly short ones. */
const outcomes = fc
  .array(
    fc.record({
      failed: fc.boolean(),
      pauseMs: fc.oneof(fc.nat(30), fc.nat(3_000)),
    }),
    { maxLength: 200 },
  )
  .map((calls) => {
    let now = 0;
    return calls.map(({ failed, pauseMs }): Outcome => ({ failed, now: (now += pauseMs) }));
  });

/** Follows a rule beside the plain definition of what it should count. */
function compare(
  rule: TripRule,
  counted: (past: readonly Outcome[]) => readonly Outcome[],
  trips: (calls: number, failures: number) => boolean,
  given: readonly Outcome[],
): void {
  given.forEach(({ failed, now }, index) => {
    const window = counted(given.slice(0, index + 1));
    const failures = window.filter((call) => call.failed).length;
    expect(rule.record(failed, now)).toBe(failed && trips(window.length, failures));
    expect([rule.calls, rule.failures]).toEqual([window.length, failures]);
  });
}

describe('rules to open by', () => {
  it('counts failures in a row', () => {
    const rule = consecutive(3)();
    const said = [true, true, false, true, true, true].map((failed) => rule.record(failed, 0));
    expect(said).toEqual([false, false, false, false, false, true]);
    rule.reset();
    expect(rule.record(true, 0)).toBe(false);
  });

  it('judges the last calls, whatever their number and order', () => {
    fc.assert(
      fc.property(outcomes, fc.integer({ min: 1, max: 20 }), fc.nat(20), (given, calls, least) => {
        const minCalls = Math.max(1, least);
        const rule = countWindow({ calls, failureRate: 0.5, minCalls })();
        const enough = Math.min(calls, minCalls);
        const last = (past: readonly Outcome[]) => past.slice(-calls);
        compare(rule, last, (all, failures) => all >= enough && failures * 2 >= all, given);
      }),
    );
  });

  it('judges the calls of the last tenths of a time, however long the pauses are', () => {
    fc.assert(
      fc.property(outcomes, (given) => {
        const rule = timeWindow({ windowMs: 1_000, failureRate: 0.4, minCalls: 4 })();
        const slice = ({ now }: Outcome) => Math.floor(now / 100);
        const recent = (past: readonly Outcome[]) => {
          const present = slice(past.at(-1)!);
          return past.filter((call) => slice(call) > present - 10);
        };
        compare(rule, recent, (all, failures) => all >= 4 && failures >= 0.4 * all, given);
      }),
    );
  });

  it('opens nothing before the warm-up is over, and counts meanwhile', () => {
    const rule = afterWarmUp(1_000, consecutive(2))();
    expect([0, 500, 999].map((now) => rule.record(true, now))).toEqual([false, false, false]);
    expect(rule.record(true, 1_000)).toBe(true);
  });

  it.each([
    ['failures', () => consecutive(0)],
    ['countWindow.calls', () => countWindow({ calls: 0, failureRate: 0.5 })],
    ['countWindow.failureRate', () => countWindow({ calls: 5, failureRate: 50 })],
    ['timeWindow.windowMs', () => timeWindow({ failureRate: 0.5 } as never)],
    ['ms', () => afterWarmUp(Number.NaN, consecutive(1))],
  ])('refuses a wrong %s by name', (option, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'RECLOSER_OPTION', option }));
  });
});
