import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADMISSION_ALL, admissionOf, isAdmission } from '../model/admission.js';
import { command } from '../command/command.js';
import { EMPTY_COUNTS } from '../model/counts.js';
import { decide } from './decide.js';
import {
  type BreakerRecord,
  type BucketCounts,
  type Command,
  type Evidence,
  type LocalOpenings,
  MODES,
  STATE_KINDS,
  type Transition,
  TRANSITION_CAUSES,
  type WindowEvidence,
} from '../model/model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { initialState } from './state.js';
import { dueAt, retryAfter } from './timing.js';

/** Random lives of a breaker: ticks with any evidence, and any commands, at any pace. */
const counts = fc.record({
  ok: fc.oneof(fc.nat(300), fc.nat(5)),
  failures: fc.oneof(fc.constant(0), fc.nat(300)),
  throttled: fc.oneof(fc.constant(0), fc.nat(1)),
});
const window = fc
  .record({ counts, failingBuckets: fc.nat(8), reporting: fc.nat(20), failing: fc.nat(20) })
  .map((parts): WindowEvidence => ({
    ...parts,
    counts: { ...EMPTY_COUNTS, ...parts.counts },
    lengthMs: 2_000,
    heaviest: [],
    ...(parts.failing > 17 && { local: openedBy(parts.failing) }),
  }));
/** All instances say that they have opened. */
function openedBy(opened: number): LocalOpenings {
  const openedAt = Array.from({ length: opened }, (_, index) => index);
  return {
    keys: [{ keyId: 'k', reporting: opened, opened, openedAt }],
    well: 0,
    calls: 40,
    failures: 40,
    failedAt: Number.MAX_SAFE_INTEGER,
    heardAt: 0,
  };
}
const bucket = fc
  .record({ calls: fc.nat(200), share: fc.constantFrom(0, 0.3, 0.6, 1) })
  .map(({ calls, share }): BucketCounts => ({
    at: 0,
    ms: 250,
    calls,
    failures: Math.round(calls * share),
    slow: 0,
    localLag: 0,
  }));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const evidence: fc.Arbitrary<Evidence> = fc.record({
  windows: fc.array(window, { maxLength: 3 }),
  buckets: maybe(fc.array(bucket, { maxLength: 20 })),
  step: maybe(window),
  consecutive: fc
    .record({ window, failures: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(8)) })
    .map((parts) => ({
      ...parts.window,
      run: { failures: parts.failures, startedAt: 0 },
      heaviest: [
        { instanceId: 'i', service: 's', zone: null, calls: 9, failures: 9, lastFailureAt: 0 },
      ],
    })),
  load: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: window }),
  probe: maybe(
    fc.record({
      round: fc.integer({ min: 1, max: 3 }),
      claimed: fc.nat(3),
      succeeded: fc.nat(3),
      failed: fc.nat(1),
    }),
  ),
  acks: maybe(fc.record({ connected: fc.nat(20), applied: fc.nat(20), behind: fc.constant([]) })),
});
const until = maybe(fc.integer({ min: 0, max: 2_000_000 }));
const wish: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant('trip' as const), until }),
  fc.record({
    type: fc.constantFrom(
      'restore' as const,
      'ramp.start' as const,
      'ramp.resume' as const,
      'ramp.next' as const,
      'ramp.back' as const,
      'ramp.abort' as const,
      'ramp.finish' as const,
    ),
  }),
  fc.record({ type: fc.constant('ramp.hold' as const), until }),
  fc.record({ type: fc.constant('dim' as const), admission: fc.nat(ADMISSION_ALL), until }),
  fc.record({
    type: fc.constant('ramp.set' as const),
    admission: fc.oneof(
      fc.integer({ min: 0, max: ADMISSION_ALL }),
      fc.constantFrom(0, ADMISSION_ALL, -1, 0.5),
    ),
  }),
  fc.record({ type: fc.constant('mode.set' as const), mode: fc.constantFrom(...MODES), until }),
);
const tick = fc.record({
  gap: fc.oneof(fc.nat(500), fc.nat(10_000), fc.nat(400_000)),
  evidence,
  random: fc.double({ min: 0, max: 0.999, noNaN: true }),
});
const event = fc.oneof(
  { weight: 6, arbitrary: tick },
  { weight: 1, arbitrary: fc.record({ wish }) },
);
const lives = fc.array(event, { minLength: 20, maxLength: 120 });

interface Change {
  readonly before: BreakerRecord;
  readonly after: BreakerRecord;
  readonly transition: Transition;
  readonly now: number;
  readonly evidence: Evidence | null;
}

function live(
  events: readonly ({ gap: number; evidence: Evidence; random: number } | { wish: Command })[],
): Change[] {
  let record: BreakerRecord = {
    key: 'stripe',
    version: 1,
    state: initialState(0),
    control: { mode: 'auto' },
    policy: {
      ...DEFAULT_POLICY,
      consecutive: { failures: 7, instances: 1, withinMs: 60_000 },
      adaptive: { k: 2 },
    },
  };
  let now = 1_000;
  const changes: Change[] = [];
  for (const happening of events) {
    let transition: Transition | null = null;
    if ('wish' in happening) {
      const result = command(record, happening.wish, now, 0);
      if (result.ok) transition = result.transition;
      else expect(result.message.length).toBeGreaterThan(10);
    } else {
      now += happening.gap;
      const outcome = decide(record, happening.evidence, now, happening.random);
      transition = outcome.transition;
      if (outcome.dueAt !== null && transition !== null)
        expect(outcome.dueAt).toBeGreaterThanOrEqual(now);
    }
    if (transition === null) continue;
    const after: BreakerRecord = {
      ...record,
      state: transition.state,
      control: transition.control,
      version: record.version + (transition.versionChanged ? 1 : 0),
    };
    changes.push({
      before: record,
      after,
      transition,
      now,
      evidence: 'wish' in happening ? null : happening.evidence,
    });
    record = after;
  }
  return changes;
}

function always(check: (change: Change) => void, options: fc.Parameters<unknown> = {}): void {
  fc.assert(
    fc.property(lives, (events) => {
      for (const change of live(events)) check(change);
    }),
    { numRuns: 80, ...options },
  );
}

describe('whatever happens to a breaker', () => {
  it('reaches every state and every cause', () => {
    const kinds = new Set<string>();
    const causes = new Set<string>();
    always(
      ({ after, transition }) => {
        kinds.add(after.state.kind);
        causes.add(transition.evidence.cause);
      },
      { numRuns: 600, seed: 2 },
    );
    // Schedules, triggers, parts and what holds for many breakers are not in it; all the rest has to come up, or the other properties prove little.
    expect([...STATE_KINDS].filter((kind) => !kinds.has(kind))).toEqual([]);
    const expected = TRANSITION_CAUSES.filter(
      (cause) =>
        !cause.startsWith('scope_') &&
        !cause.endsWith('_window') &&
        cause !== 'excess_slow' &&
        cause !== 'schedule' &&
        cause !== 'trigger' &&
        cause !== 'openings_held',
    );
    expect(expected.filter((cause) => !causes.has(cause))).toEqual([]);
  });

  it('keeps the admission in 0…2³², and its evidence in words', () => {
    always(({ after, transition }) => {
      expect(isAdmission(admissionOf(after.state, after.control))).toBe(true);
      expect(transition.evidence.summary.length).toBeGreaterThan(10);
      expect(transition.evidence.summary).not.toMatch(/NaN|undefined|Infinity|null/);
    });
  });

  it('gives a new version whenever what calls meet has changed', () => {
    always(({ before, after, transition }) => {
      const moved =
        admissionOf(before.state, before.control) !== admissionOf(after.state, after.control) ||
        before.state.kind !== after.state.kind;
      // Load moves an admission while outcomes go on being counted together: a death meanwhile is found as soon.
      const byLoad = transition.evidence.cause.startsWith('load_');
      if (moved) expect(transition.versionChanged).toBe(!byLoad);
      expect(after.version - before.version).toBe(transition.versionChanged ? 1 : 0);
    });
  });

  it('skips no step by itself, and moves up only after a dwell', () => {
    always(({ before, after, evidence: seen, now }) => {
      if (seen === null || before.state.kind !== 'ramping') return;
      const from = before.state;
      const up = admissionOf(after.state, after.control) > admissionOf(from, before.control);
      if (!up) return;
      expect(before.control.mode).toBe('auto');
      expect(from.paused).toBe(false);
      expect(from.dwellStartedAt).not.toBeNull();
      expect(now).toBeGreaterThanOrEqual(from.dwellStartedAt! + from.dwellMs);
      expect(seen.step).not.toBeNull();
      expect(seen.step!.counts.throttled).toBe(0);
      const next =
        from.exact === null ? from.step + 1 : from.ladder.findIndex((a) => a > from.exact!);
      if (after.state.kind === 'closed') {
        expect(next === -1 || next === from.ladder.length).toBe(true);
      } else {
        expect(after.state).toMatchObject({
          kind: 'ramping',
          step: next,
          exact: null,
          dwellStartedAt: null,
          stepStartedAt: now,
        });
      }
    });
  });

  it('lets traffic back only by way of the probe, unless a person says so', () => {
    always(({ before, after, evidence: seen }) => {
      if (seen === null || before.control.mode !== 'auto') return;
      if (before.state.kind === 'open') expect(after.state.kind).toBe('probing');
      if (before.state.kind === 'probing') {
        expect(['probing', 'open', 'ramping']).toContain(after.state.kind);
        if (after.state.kind === 'ramping') {
          expect(seen.probe).toMatchObject({ round: before.state.round, failed: 0 });
          const { passed = 0 } = before.state;
          expect(passed + seen.probe!.succeeded).toBeGreaterThanOrEqual(3);
          expect(after.state.step).toBe(0);
        }
      }
    });
  });

  it('moves nothing that is held before the end of the hold, and never by evidence', () => {
    always(({ before, after, evidence: seen, now }) => {
      if (seen === null || before.control.mode !== 'held') return;
      expect(before.control.until).not.toBeNull();
      expect(now).toBeGreaterThanOrEqual(before.control.until!);
      expect(after.control.mode).toBe('auto');
      expect(after.state.kind).toBe(before.state.kind);
    });
  });

  it('never blocks in observe', () => {
    always(({ after }) => {
      if (after.control.mode === 'observe') expect(after.state.kind).toBe('closed');
    });
  });

  it('counts relapses one by one and bounds the cool-down', () => {
    const { coolDownMs, coolDownMaxMs, coolDownJitter } = DEFAULT_POLICY.recovery;
    always(({ before, after, evidence: seen, transition }) => {
      const [from, to] = [before.state, after.state];
      if (to.kind === 'dimmed' || from.kind === 'dimmed') return;
      expect(
        to.relapses === 0 || to.relapses === from.relapses || to.relapses === from.relapses + 1,
      ).toBe(true);
      if (seen === null || to.kind !== 'open' || from.kind === 'open' || to.coolDownEndsAt === null)
        return;
      const coolDown = to.coolDownEndsAt - to.since;
      // What instances had opened by themselves has rested since then.
      const isFresh = transition.evidence.cause !== 'local_openings';
      expect(coolDown).toBeGreaterThanOrEqual(isFresh ? coolDownMs : 0);
      expect(coolDown).toBeLessThanOrEqual(Math.round(coolDownMaxMs * (1 + coolDownJitter)));
    });
  });

  it('is due again in time, and tells a rejected caller how long', () => {
    always(({ after, now }) => {
      const due = dueAt(after.state, after.policy, now, after.control);
      if (due !== null) expect(due).toBeGreaterThanOrEqual(now);
      const retry = retryAfter(after.state, now, after.control);
      if (retry !== null) expect(retry).toBeGreaterThanOrEqual(0);
    });
  });
});
