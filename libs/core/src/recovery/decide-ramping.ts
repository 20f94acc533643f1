import { formatAdmission } from '../model/admission.js';
import { callsOf } from '../model/counts.js';
import type { LatencyFigures } from '../model/latency.js';
import {
  type AckEvidence,
  BUCKET_MS,
  type BreakerRecord,
  type Evidence,
  type Millis,
  type DecisionResult,
  type Policy,
  type TransitionCause,
  type WindowEvidence,
} from '../model/model.js';
import {
  atStep,
  callsNeeded,
  closedState,
  coolDownFor,
  factsOf,
  heldLonger,
  nextStep,
  openState,
  previousStep,
  type RampingState,
  recoveryLimit,
  shareOf,
  timesLonger,
} from './state.js';
import { isAboveLimit } from './step-test.js';
import { transitionTo } from './transition.js';
import { boundWeights } from '../trip/bounded.js';
import { evaluateTrip } from '../trip/trip.js';
import { tripSummary } from '../text/trip-summary.js';
import { formatDuration, formatRate, group, listNames, plural } from '../model/words.js';
import { type Warmth, warmthOf } from './warmth.js';

/** How soon to look again when evidence is awaited that may not announce itself. */
const RECHECK_MS = 1_000;
/** One failed call alone, with no other yet, is no reason to take a step back. */
const STEP_FAILURES_MIN = 2;
/** A step that answers as before the outage holds for this share of the shortest dwell. */
const WARM_SHARE = 0.5;
/**
 * Where latencies are known, the last step needs no more than this, and smaller ones their part of it, in ms: a cache that
 * has just begun to fill then takes the whole load (ADR 0014). While most answers are still slower, it holds on …
 */
const SETTLE_MS = 4_400;
/** … for this many times its dwell at most … */
const COLD_TIMES = 2;
/** … but not where it admits less than this, of 2³²: so small a load is no danger, and warms little. */
const COLD_FROM = 2 ** 31;

/** At most one change: a failed step goes back, an acknowledged one starts its dwell, a good one goes on. */
export function decideRamping(
  record: BreakerRecord,
  state: RampingState,
  evidence: Evidence,
  now: Millis,
  random: number,
): DecisionResult {
  const { policy } = record;
  const failed = failedStep(policy, state, evidence.step);
  if (failed !== null) return stepFailed(record, state, failed, now, random);
  // Before the dwell there is no step window, and in a long pause it has grown too long to show a sudden death.
  const trip = evaluateTrip(policy, evidence);
  if (trip !== null) {
    return reopened(record, state, tripSummary(policy, trip), trip.window, now, random);
  }
  if (state.paused) {
    const until = state.pausedUntil ?? null;
    return until === null || now < until
      ? { transition: null, dueAt: until }
      : quiet(record, now, { ...state, paused: false, pausedUntil: null }, 'hold_ended', {
          summary: 'The pause has reached its end; the ramp goes on by evidence.',
        });
  }
  if (state.dwellStartedAt === null) return startDwell(record, state, evidence.acks, now);
  return decideDwell(record, state, state.dwellStartedAt, evidence, now);
}

/** Where latencies are known, a step lasts as long as they require; else its part of the outage. */
function decideDwell(
  record: BreakerRecord,
  state: RampingState,
  dwellStartedAt: Millis,
  evidence: Evidence,
  now: Millis,
): DecisionResult {
  const { policy } = record;
  const warmth = policy.recovery.coldSensitive ? 'unknown' : warmthOf(state, evidence.latency);
  const lastsMs = dwellOf(policy, state, warmth);
  const endsAt = dwellStartedAt + lastsMs;
  if (now < endsAt) {
    // Latencies do not announce themselves.
    const isWatched = state.latencyBefore !== undefined && !policy.recovery.coldSensitive;
    return { transition: null, dueAt: isWatched ? Math.min(endsAt, now + BUCKET_MS) : endsAt };
  }
  return endDwell(record, state, dwellStartedAt, evidence, now);
}

/** How long a step lasts that answers like this, in ms. */
function dwellOf(policy: Policy, state: RampingState, warmth: Warmth): number {
  const { dwellMs } = state;
  const shortest = Math.min(dwellMs, policy.recovery.dwellMinMs);
  const longer = timesLonger(policy, state);
  const settledMs = Math.min(dwellMs, longer * Math.max(shortest, SETTLE_MS * shareOf(state)));
  const isSmall = admissionOfStep(state) < COLD_FROM;
  switch (warmth) {
    case 'warm':
      return Math.min(dwellMs, longer * shortest * WARM_SHARE);
    case 'warming':
      return settledMs;
    case 'cold':
      return isSmall ? settledMs : dwellMs * COLD_TIMES;
    case 'unknown':
      return dwellMs;
  }
}

interface StepFigures {
  readonly window: WindowEvidence;
  readonly rate: number;
  readonly isAbove: boolean;
  readonly limit: number;
}

function figuresOf(policy: Policy, state: RampingState, window: WindowEvidence): StepFigures {
  const { volume, failures } = boundWeights(window);
  const limit = recoveryLimit(policy, state.rateBefore);
  return {
    window,
    rate: volume === 0 ? 0 : failures / volume,
    isAbove: isAboveLimit(failures, volume, limit),
    limit,
  };
}

function failedStep(
  policy: Policy,
  state: RampingState,
  window: WindowEvidence | null,
): StepFigures | null {
  if (window === null || window.counts.failures < STEP_FAILURES_MIN) return null;
  const figures = figuresOf(policy, state, window);
  return figures.isAbove ? figures : null;
}

function stepFailed(
  record: BreakerRecord,
  state: RampingState,
  figures: StepFigures,
  now: Millis,
  random: number,
): DecisionResult {
  const { policy } = record;
  const back = previousStep(state);
  const why = `${callsSentence(figures)}: proven to be above ${formatRate(figures.limit)}.`;
  const window = figures.window;
  if (policy.recovery.onStepFailure === 'step_back' && back >= 0) {
    const next = heldLonger(policy, atStep(policy, state, back, now));
    return transitionTo(record, now, next, 'step_failed', {
      summary: `${why} Back to ${admissionAt(next, back)}, for ${formatDuration(next.dwellMs)}.`,
      window,
    });
  }
  return reopened(record, state, why, window, now, random);
}

function reopened(
  record: BreakerRecord,
  state: RampingState,
  why: string,
  window: WindowEvidence,
  now: Millis,
  random: number,
): DecisionResult {
  const facts = { ...factsOf(state, now), relapses: state.relapses + 1 };
  const coolDown = coolDownFor(record.policy, facts, now, random);
  return transitionTo(record, now, openState(facts, now + coolDown, now), 'step_failed', {
    summary: `${why} Open again for ${formatDuration(coolDown)} (${plural(facts.relapses, 'relapse')}).`,
    window,
  });
}

/** The dwell begins when the quorum has applied the step; after `ackTimeout` the rest is left out, never below half. */
function startDwell(
  record: BreakerRecord,
  state: RampingState,
  acks: AckEvidence | null,
  now: Millis,
): DecisionResult {
  const { ackQuorum, ackTimeoutMs } = record.policy.recovery;
  const timesOutAt = state.stepStartedAt + ackTimeoutMs;
  const recheck = now < timesOutAt ? timesOutAt : now + RECHECK_MS;
  if (acks === null || acks.connected === 0) {
    return { transition: null, dueAt: Math.max(recheck, now + RECHECK_MS) };
  }
  const { applied, connected } = acks;
  const complete = applied >= Math.ceil(ackQuorum * connected - 1e-9);
  const enough = now >= timesOutAt && applied * 2 >= connected;
  if (!complete && !enough) return { transition: null, dueAt: recheck };
  const behind = connected - applied;
  const rest =
    behind <= 0
      ? ''
      : complete
        ? `; behind: ${listNames(acks.behind, behind)}`
        : `; left out after ${formatDuration(ackTimeoutMs)}: ${listNames(acks.behind, behind)}`;
  return quiet(record, now, { ...state, dwellStartedAt: now }, 'dwell_started', {
    summary:
      `${applied} of ${plural(connected, 'instance')} have applied ${admissionAt(state, state.step)}${rest}. ` +
      `The dwell of ${formatDuration(state.dwellMs)} starts.`,
    acks,
  });
}

function endDwell(
  record: BreakerRecord,
  state: RampingState,
  dwellStartedAt: Millis,
  { step: window, latency }: Evidence,
  now: Millis,
): DecisionResult {
  const { policy } = record;
  // Not known is not healthy: an emptied store holds a step where it is.
  if (window === null) return { transition: null, dueAt: now + RECHECK_MS };
  if (window.counts.throttled > 0) return dwellAgain(record, state, window, now);
  const figures = figuresOf(policy, state, window);
  if (callsOf(window.counts) >= callsNeeded(policy, state)) {
    return figures.rate <= figures.limit
      ? advance(
          record,
          state,
          now,
          'step_passed',
          `${callsSentence(figures)}; up to ${formatRate(figures.limit)} is good.${latencySentence(state, latency)}`,
          window,
        )
      : { transition: null, dueAt: now + RECHECK_MS };
  }
  return lowTraffic(record, state, dwellStartedAt, window, now);
}

/** A 429 says "not more than this": the step has to hold once more without one, twice as long. */
function dwellAgain(
  record: BreakerRecord,
  state: RampingState,
  window: WindowEvidence,
  now: Millis,
): DecisionResult {
  const next = { ...heldLonger(record.policy, state), dwellStartedAt: now };
  return quiet(record, now, next, 'dwell_started', {
    summary:
      `${plural(window.counts.throttled, 'call')} got a 429 at ${admissionAt(state, state.step)}: ` +
      `the step holds once more, for ${formatDuration(next.dwellMs)}.`,
    window,
  });
}

function lowTraffic(
  record: BreakerRecord,
  state: RampingState,
  dwellStartedAt: Millis,
  window: WindowEvidence,
  now: Millis,
): DecisionResult {
  const { onLowTraffic, lowTrafficMaxMs } = record.policy.recovery;
  const { failures } = window.counts;
  if (onLowTraffic === 'hold') return { transition: null, dueAt: null };
  const quietSince = failures === 0 ? dwellStartedAt : (window.lastFailureAt ?? null);
  if (quietSince === null) return { transition: null, dueAt: now + RECHECK_MS };
  const endsAt = Math.max(quietSince, dwellStartedAt) + lowTrafficMaxMs;
  if (now < endsAt) return { transition: null, dueAt: endsAt };
  const summary =
    `Only ${group(callsOf(window.counts))} of ${plural(callsNeeded(record.policy, state), 'call')} of evidence, ` +
    `but no failure for ${formatDuration(now - Math.max(quietSince, dwellStartedAt))}.`;
  return advance(record, state, now, 'step_passed_low_traffic', summary, window);
}

function advance(
  record: BreakerRecord,
  state: RampingState,
  now: Millis,
  cause: TransitionCause,
  why: string,
  window: WindowEvidence,
): DecisionResult {
  const step = nextStep(state);
  if (step >= state.ladder.length) {
    return transitionTo(record, now, closedState(record.policy, state.relapses, now), cause, {
      summary: `${why} The last step is done: closed after ${formatDuration(now - state.outageStartedAt)}.`,
      window,
    });
  }
  const next = atStep(record.policy, state, step, now);
  return transitionTo(record, now, next, cause, {
    summary: `${why} On to ${admissionAt(next, step)}.`,
    window,
  });
}

/** A change that keeps the counts, and so the version. */
function quiet(...change: Parameters<typeof transitionTo>): DecisionResult {
  const { transition, dueAt } = transitionTo(...change);
  return { transition: transition && { ...transition, versionChanged: false }, dueAt };
}

function callsSentence({ window, rate }: StepFigures): string {
  const { counts } = window;
  return `${group(counts.failures)} of ${plural(callsOf(counts), 'call')} failed (${formatRate(rate)})`;
}

function latencySentence(state: RampingState, latency: LatencyFigures | null | undefined): string {
  const warmth = warmthOf(state, latency);
  const before = state.latencyBefore;
  if (warmth === 'unknown' || before === undefined || !latency) return '';
  const [p50, p95] = [formatDuration(latency.p50), formatDuration(latency.p95)];
  const was = `${formatDuration(before.p50Ms)} and ${formatDuration(before.p95Ms)} before the outage`;
  return warmth === 'warm'
    ? ` Latencies are as before: p50 ${p50}, p95 ${p95} (${was}).`
    : ` Latencies are still higher: p50 ${p50}, p95 ${p95} (${was}).`;
}

function admissionAt(state: RampingState, step: number): string {
  return formatAdmission(admissionOfStep({ ...state, step }));
}

function admissionOfStep({ exact, ladder, step }: RampingState): number {
  return exact ?? ladder[step] ?? 0;
}
