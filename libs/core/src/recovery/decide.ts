import { formatAdmission } from '../model/admission.js';
import { decideDimmedByLoad, decideOverload } from './decide-load.js';
import { decideRamping } from './decide-ramping.js';
import { withLagCounted } from '../trip/lag.js';
import {
  BUCKET_MS,
  type BreakerRecord,
  type BreakerState,
  type Evidence,
  type Millis,
  type DecisionResult,
  type OutageContext,
  type Policy,
  type ProbeEvidence,
  type Transition,
} from '../model/model.js';
import { probesFollow } from '../text/probe-words.js';
import {
  type ClosedState,
  coolDownFor,
  type DimmedState,
  factsOf,
  openState,
  type ProbingState,
  probingState,
  rampingState,
  release,
  undimmed,
} from './state.js';
import { dueAt, permitLifeMs, PERMIT_MARGIN_MS, probesNeeded } from './timing.js';
import { evidenceOf, transitionTo } from './transition.js';
import { evaluateTrip, rateBefore, type TripVerdict } from '../trip/trip.js';
import { tripSummary } from '../text/trip-summary.js';
import { decideLocal, sooner } from './decide-local.js';
import { formatDuration, plural } from '../model/words.js';
import { firstStep, latencyBefore } from './warmth.js';

/**
 * The automatic change that is due now, if any, and when to look again. At most one change and one step: what is
 * overdue is never folded. `random` is in [0, 1). Evidence must belong to the record's version.
 */
export function decide(
  record: BreakerRecord,
  known: Evidence,
  now: Millis,
  random: number,
): DecisionResult {
  const { control, state } = record;
  const evidence = withLagCounted(known);
  if (control.mode === 'held') return decideHeld(record, control.until, now);
  switch (state.kind) {
    case 'closed':
      return control.mode === 'observe'
        ? decideObserved(record, state, evidence, now)
        : unless(decideTrip(record, evidence, now, random), () =>
            sooner(decideLocal(record, state, evidence, now, random), () =>
              decideOverload(record, state, evidence, now),
            ),
          );
    case 'dimmed':
      return control.mode === 'observe' ? REST : decideDimmed(record, state, evidence, now, random);
    case 'open':
      if (control.mode === 'observe') return REST;
      return state.coolDownEndsAt === null || now < state.coolDownEndsAt
        ? { transition: null, dueAt: state.coolDownEndsAt }
        : transitionTo(record, now, probingState(state, now), 'cool_down_ended', {
            summary:
              `Open for ${formatDuration(now - state.since)}; the cool-down has ended. ` +
              probesFollow(record),
          });
    case 'probing':
      return control.mode === 'observe'
        ? REST
        : decideProbing(record, state, evidence.probe, now, random);
    case 'ramping':
      return control.mode === 'observe'
        ? REST
        : sooner(decideLocal(record, state, evidence, now, random), () =>
            decideRamping(record, state, evidence, now, random),
          );
  }
}

/** The first decision, where it changes something; else the other. */
function unless(first: DecisionResult, other: () => DecisionResult): DecisionResult {
  return first.transition === null ? other() : first;
}

function probeWord({ recovery }: Policy): string {
  return recovery.probe === null ? 'probe call' : 'check';
}

function reasonOf({ reason }: ProbeEvidence): string {
  return reason === undefined ? '' : `: ${reason}`;
}

const REST: DecisionResult = { transition: null, dueAt: null };

function decideHeld(record: BreakerRecord, until: Millis | null, now: Millis): DecisionResult {
  if (until === null || now < until) return { transition: null, dueAt: until };
  const { control, state } = release(record.state, now);
  const transition: Transition = {
    state,
    control,
    versionChanged: false,
    evidence: evidenceOf('hold_ended', {
      summary: 'The hold has reached its end; evidence decides again.',
    }),
  };
  return { transition, dueAt: dueAt(state, record.policy, now, control) };
}

/** Evidence comes first; then its time may be over. */
function decideDimmed(
  record: BreakerRecord,
  state: DimmedState,
  evidence: Evidence,
  now: Millis,
  random: number,
): DecisionResult {
  const tripped = decideTrip(record, evidence, now, random);
  const until = state.until ?? null;
  if (tripped.transition !== null) return tripped;
  const { load } = state;
  if (load !== undefined) {
    return decideDimmedByLoad(record, { ...state, load }, evidence, now);
  }
  if (until === null) return tripped;
  if (now < until) return { transition: null, dueAt: until };
  const from = formatAdmission(state.admission);
  return transitionTo(record, now, undimmed(record.policy, state, now), 'hold_ended', {
    summary: `Dimmed to ${from} until now; all accounts come back, step by step.`,
  });
}

function decideTrip(
  record: BreakerRecord,
  evidence: Evidence,
  now: Millis,
  random: number,
): DecisionResult {
  const { policy } = record;
  const trip = evaluateTrip(policy, evidence);
  if (trip === null) return REST;
  const facts = outageOf(record.state, policy, trip, evidence, now);
  const coolDown = coolDownFor(policy, facts, now, random);
  return transitionTo(record, now, openState(facts, now + coolDown, now), trip.cause, {
    summary:
      `${tripSummary(policy, trip)} Cool-down ${formatDuration(coolDown)}` +
      (facts.relapses > 0 ? ` after ${plural(facts.relapses, 'relapse')}.` : '.'),
    window: trip.window,
  });
}

/** One record per episode: while it goes on, it is told again only after `stableMs`. */
function decideObserved(
  record: BreakerRecord,
  state: ClosedState,
  evidence: Evidence,
  now: Millis,
): DecisionResult {
  const { wouldHaveTrippedAt } = state;
  if (
    wouldHaveTrippedAt !== undefined &&
    now < wouldHaveTrippedAt + record.policy.recovery.stableMs
  ) {
    return REST;
  }
  const trip = evaluateTrip(record.policy, evidence);
  if (trip === null) return REST;
  const transition: Transition = {
    state: { ...state, wouldHaveTrippedAt: now },
    control: record.control,
    versionChanged: false,
    evidence: evidenceOf('would_have_tripped', {
      summary: `Would have opened, but only observes: ${tripSummary(record.policy, trip)}`,
      window: trip.window,
    }),
  };
  return { transition, dueAt: null };
}

function outageOf(
  state: BreakerState,
  policy: Policy,
  trip: TripVerdict,
  evidence: Evidence,
  now: Millis,
): OutageContext {
  const before = factsOf(state, now);
  // Tripping again before it was stable is a relapse of the same illness.
  const relapsed = state.kind === 'closed' && now < state.stableAt;
  const startedAt = startOf(trip, now);
  const latency = latencyBefore(evidence.latency);
  return {
    outageStartedAt: Math.min(now, startedAt),
    rateBefore: trip.cause === 'consecutive' ? 0 : rateBefore(policy, startedAt, evidence.buckets),
    relapses: relapsed ? before.relapses + 1 : before.relapses,
    ...(latency !== undefined && { latencyBefore: latency }),
  };
}

function startOf(trip: TripVerdict, now: Millis): Millis {
  // Before a run there was a success.
  if (trip.cause === 'consecutive') return trip.window.run?.startedAt ?? now;
  const { startedAt } = trip.verdict.excess;
  return startedAt > 0 ? startedAt : now - trip.window.failingBuckets * BUCKET_MS;
}

function decideProbing(
  record: BreakerRecord,
  state: ProbingState,
  evidence: ProbeEvidence | null,
  now: Millis,
  random: number,
): DecisionResult {
  const { policy } = record;
  // Answers to an earlier round say nothing about this one.
  const probe = evidence?.round === state.round ? evidence : null;
  if (probe !== null && probe.failed > 0) {
    const facts = factsOf(state, now);
    const coolDown = restAfter(state, probe, coolDownFor(policy, facts, now, random), now);
    return transitionTo(record, now, openState(facts, now + coolDown, now), 'probe_failed', {
      summary:
        `${probe.failed} of ${plural(probe.claimed, probeWord(policy))} failed${reasonOf(probe)}. ` +
        `Open for another ${formatDuration(coolDown)}; the outage has lasted ` +
        `${formatDuration(now - facts.outageStartedAt)}.`,
      probe,
    });
  }
  if (probe !== null && probe.succeeded >= probesNeeded(policy, state)) {
    const outageMs = now - state.outageStartedAt;
    const step = firstStep(policy, state, probe, outageMs);
    const ramp = rampingState(policy, state, now, step);
    const quick = step > 0 ? ', about as quickly as before it' : '';
    return transitionTo(record, now, ramp, 'probe_passed', {
      summary:
        `All ${plural((state.passed ?? 0) + probe.succeeded, probeWord(policy))} succeeded after an outage of ` +
        `${formatDuration(outageMs)}${quick}${probeTimes(state, probe)}. First step ${formatAdmission(ramp.ladder[step] ?? 0)}, ` +
        `to hold for ${formatDuration(ramp.dwellMs)}.`,
      probe,
    });
  }
  return reissue(record, state, probe, now);
}

function probeTimes({ latencyBefore: before }: ProbingState, { slowestMs }: ProbeEvidence): string {
  if (before === undefined || slowestMs === undefined) return '';
  return ` (slowest ${formatDuration(slowestMs)}; p95 before ${formatDuration(before.p95Ms)})`;
}

/**
 * How much of a cool-down is left after a probe that failed, in ms: probes are asked this far apart, and one that hung
 * for a while has already waited.
 */
function restAfter(
  { roundStartedAt }: ProbingState,
  { lastClaimedAt }: ProbeEvidence,
  coolDownMs: number,
  now: Millis,
): number {
  const askedAt = Math.max(roundStartedAt, lastClaimedAt ?? now);
  return Math.max(0, coolDownMs - Math.max(0, now - askedAt));
}

/** A new round once claimed permits have expired unanswered; permits that nobody claimed just wait for demand. */
function reissue(
  record: BreakerRecord,
  state: ProbingState,
  probe: ProbeEvidence | null,
  now: Millis,
): DecisionResult {
  const lifeMs = permitLifeMs(record.policy, state.round) + PERMIT_MARGIN_MS;
  const answered = probe === null ? 0 : probe.succeeded + probe.failed;
  if (probe !== null && probe.claimed <= answered) return { transition: null, dueAt: now + lifeMs };
  const from = probe?.lastClaimedAt ?? state.roundStartedAt;
  // Also where nothing is known of the round: its permits may be gone with the store that held them.
  if (now < from + lifeMs) return { transition: null, dueAt: from + lifeMs };
  const passed = (state.passed ?? 0) + (probe?.succeeded ?? 0);
  const next: ProbingState = {
    ...state,
    round: state.round + 1,
    roundStartedAt: now,
    ...(passed > 0 && { passed }),
  };
  const transition: Transition = {
    state: next,
    control: record.control,
    versionChanged: false,
    evidence: evidenceOf('probe_reissued', {
      summary:
        probe === null
          ? `Nothing is known of round ${state.round}'s probe calls. Round ${next.round} begins.`
          : `${probe.claimed - answered} of ${plural(probe.claimed, 'probe call')} never answered. Round ${next.round} begins.`,
      probe,
    }),
  };
  return { transition, dueAt: dueAt(next, record.policy, now) };
}
