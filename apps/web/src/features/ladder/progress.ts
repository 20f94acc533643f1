import { callsNeeded, formatAdmission, recoveryLimit } from '@recloser/core';
import type { BreakerDetail } from '@recloser/protocol';
import {
  formatCount,
  formatCountdown,
  formatDuration,
  formatMillis,
  formatShare,
  plural,
} from '@/lib/format';

/** One condition of the present stair: how far it is, 0…1, and in words. */
export interface Gauge {
  readonly label: string;
  readonly share: number;
  readonly value: string;
  readonly note: string;
  readonly met: boolean;
}

export interface Progress {
  readonly headline: string;
  readonly detail: string;
  readonly gauges: readonly Gauge[];
}

/** What was seen since the dwell of the present step began. */
export interface StepCounts {
  readonly ok: number;
  readonly failures: number;
}

interface AppliedCounts {
  readonly applied: number;
  readonly connected: number;
}

export interface Seen {
  readonly now: number;
  readonly counts: StepCounts;
  /** null: not reported yet. */
  readonly applied: AppliedCounts | null;
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

function untilWords(until: number | null | undefined, now: number): string {
  return until === null || until === undefined
    ? 'until someone resumes it'
    : `for another ${formatDuration(until - now)}`;
}

type State<K extends BreakerDetail['current']['kind']> = Extract<
  BreakerDetail['current'],
  { kind: K }
>;

function openProgress(breaker: BreakerDetail, state: State<'open'>, now: number): Progress {
  const end = state.coolDownEndsAt;
  if (end === null) {
    return {
      headline: 'Held open',
      detail: 'Nothing is let through until a person restores it.',
      gauges: [],
    };
  }
  const length = Math.max(1, end - state.since);
  const failed = breaker.outage?.failedRounds ?? 0;
  const relapses = failed === 0 ? '' : ` ${plural(failed, 'probe round')} failed so far.`;
  return {
    headline: now < end ? `Probe in ${formatCountdown(end - now)}` : 'Cool-down is over',
    detail: `The dependency rests, then ${plural(breaker.policy.recovery.probes, 'call')} for the whole fleet test it.${relapses}`,
    gauges: [
      {
        label: 'Cool-down',
        share: clamp((now - state.since) / length),
        value: formatCountdown(end - now),
        note: `of ${formatDuration(length)}`,
        met: now >= end,
      },
    ],
  };
}

function appliedGauge(breaker: BreakerDetail, state: State<'ramping'>, { applied }: Seen): Gauge {
  const quorum = breaker.policy.recovery.ackQuorum;
  const met = state.dwellStartedAt !== null;
  if (applied === null) {
    return { label: 'Applied', share: met ? 1 : 0, value: '…', note: 'waiting for a report', met };
  }
  const needed = Math.ceil(quorum * applied.connected);
  return {
    label: 'Applied',
    share: applied.connected === 0 ? 0 : clamp(applied.applied / applied.connected),
    value: `${applied.applied} of ${applied.connected}`,
    note: met ? 'quorum reached' : `${needed} needed before the dwell starts`,
    met,
  };
}

function dwellGauge(state: State<'ramping'>, now: number): Gauge {
  const length = formatMillis(state.dwellMs);
  if (state.paused) {
    return { label: 'Dwell', share: 0, value: 'paused', note: `of ${length}`, met: false };
  }
  if (state.dwellStartedAt === null) {
    return { label: 'Dwell', share: 0, value: 'not started', note: `of ${length}`, met: false };
  }
  const past = now - state.dwellStartedAt;
  return {
    label: 'Dwell',
    share: state.dwellMs === 0 ? 1 : clamp(past / state.dwellMs),
    value: past >= state.dwellMs ? 'done' : `${formatCountdown(state.dwellMs - past)} left`,
    note: `of ${length}`,
    met: past >= state.dwellMs,
  };
}

/** "4 of 5 calls" until there are enough, then "1,240 calls, 5 needed". */
function callsWords(calls: number, needed: number): string {
  return calls < needed
    ? `${formatCount(calls)} of ${plural(needed, 'call')}`
    : `${formatCount(calls)} ${calls === 1 ? 'call' : 'calls'}, ${needed} needed`;
}

function evidenceGauge(breaker: BreakerDetail, state: State<'ramping'>, { counts }: Seen): Gauge {
  const needed = callsNeeded(breaker.policy, state);
  const limit = recoveryLimit(breaker.policy, state.rateBefore);
  const calls = counts.ok + counts.failures;
  const rate = calls === 0 ? null : counts.failures / calls;
  return {
    label: 'Evidence',
    share: clamp(calls / needed),
    value: callsWords(calls, needed),
    note: `${formatShare(rate)} failed, up to ${formatShare(limit)} passes`,
    met: calls >= needed && rate !== null && rate <= limit,
  };
}

function rampProgress(breaker: BreakerDetail, state: State<'ramping'>, seen: Seen): Progress {
  const gauges = [
    appliedGauge(breaker, state, seen),
    dwellGauge(state, seen.now),
    evidenceGauge(breaker, state, seen),
  ];
  if (state.paused) {
    return {
      headline: `Paused at ${formatAdmission(breaker.admission)}`,
      detail: `Paused manually ${untilWords(state.pausedUntil, seen.now)}. New failures can still open it.`,
      gauges,
    };
  }
  const step = `Step ${state.step + 1} of ${state.ladder.length}`;
  const missing = gauges.find((gauge) => !gauge.met);
  const waits: Readonly<Record<string, string>> = {
    Applied: 'waiting for the fleet to apply it',
    Dwell: 'dwelling',
    Evidence: 'waiting for evidence',
  };
  return {
    headline: `${step}: ${missing === undefined ? 'passing' : (waits[missing.label] ?? '')}`,
    detail: 'The next step starts when all three are met; a failed step goes back automatically.',
    gauges,
  };
}

/** Where the recovery stands, and what has to happen before it goes on. */
export function progressOf(breaker: BreakerDetail, seen: Seen): Progress {
  const { current: state, policy } = breaker;
  switch (state.kind) {
    case 'closed':
      return {
        headline: 'All traffic passes',
        detail: `After a trip: ${formatMillis(policy.recovery.coolDownMs)} of cool-down, ${plural(policy.recovery.probes, 'probe call')} for the whole fleet, then these steps.`,
        gauges: [],
      };
    case 'open':
      return openProgress(breaker, state, seen.now);
    case 'probing':
      return {
        headline: `Probing, round ${state.round}`,
        detail: `Up to ${plural(policy.recovery.probes, 'call')} for the whole fleet, on different instances. All must succeed; everything else is still rejected.`,
        gauges: [],
      };
    case 'dimmed':
      return {
        headline: 'Dimmed by hand',
        detail: 'A part of the traffic passes until a person changes it.',
        gauges: [],
      };
    case 'ramping':
      return rampProgress(breaker, state, seen);
  }
}
