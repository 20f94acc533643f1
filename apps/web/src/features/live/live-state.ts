import type {
  AuditEntry,
  BreakerSummary,
  ConsoleMetric,
  ConsoleMetricsFrame,
  ConsoleServerFrame,
  Convergence,
} from '@recloser/protocol';
import { withSteadyState } from '@/lib/steady-state';

/** Seconds of metrics kept for sparklines and for what a chart needs between two loads. */
export const KEPT_SECONDS = 300;
const KEPT_EVENTS = 200;
/** Thousands of breakers keep fewer seconds, at least those of a sparkline: memory stays bounded. */
const KEPT_FIGURES = 150_000;
const KEPT_SECONDS_AT_LEAST = 60;

export type ConnectionStatus = 'connecting' | 'live' | 'lost';

/** Counts of one breaker in one second. */
export interface SecondCounts {
  readonly at: number;
  readonly ok: number;
  readonly failures: number;
  readonly rejected: number;
  readonly slow: number;
}

interface SecondFrame {
  readonly at: number;
  readonly items: ReadonlyMap<string, ConsoleMetric>;
}

/** All that the live feed has told. Immutable: each frame yields a new one. */
export interface LiveState {
  readonly status: ConnectionStatus;
  /** When the values shown were last confirmed, on the store's clock; null: never since the page was loaded. */
  readonly confirmedAt: number | null;
  readonly seq: number;
  readonly breakers: ReadonlyMap<string, BreakerSummary>;
  readonly seconds: readonly SecondFrame[];
  readonly connected: number | null;
  readonly convergence: Convergence | null;
  /** Newest first. */
  readonly events: readonly AuditEntry[];
}

export function initialState(breakers: readonly BreakerSummary[], seq: number): LiveState {
  return {
    status: 'connecting',
    confirmedAt: null,
    seq,
    breakers: indexed(breakers),
    seconds: [],
    connected: null,
    convergence: null,
    events: [],
  };
}

function indexed(breakers: readonly BreakerSummary[]): ReadonlyMap<string, BreakerSummary> {
  return new Map(breakers.map((breaker) => [breaker.key, withSteadyState(breaker)]));
}

function withChanges(
  known: ReadonlyMap<string, BreakerSummary>,
  changed: readonly BreakerSummary[],
  removed: readonly string[],
): ReadonlyMap<string, BreakerSummary> {
  const next = new Map(known);
  for (const breaker of changed) {
    const before = next.get(breaker.key);
    // An answer to a command may have arrived before the feed: never step back.
    if (before === undefined || before.seq <= breaker.seq) {
      next.set(breaker.key, withSteadyState(breaker));
    }
  }
  for (const key of removed) next.delete(key);
  return next;
}

function withSecond(seconds: readonly SecondFrame[], frame: ConsoleMetricsFrame): SecondFrame[] {
  const items = new Map(frame.items.map((item) => [item[0], item]));
  const others = seconds.filter((second) => second.at !== frame.at);
  const kept = Math.floor(KEPT_FIGURES / Math.max(1, items.size));
  // The past comes again with each connection.
  const ordered = [...others, { at: frame.at, items }].toSorted((a, b) => a.at - b.at);
  return ordered.slice(-Math.min(KEPT_SECONDS, Math.max(KEPT_SECONDS_AT_LEAST, kept)));
}

function withEvents(known: readonly AuditEntry[], added: readonly AuditEntry[]): AuditEntry[] {
  const ids = new Set(known.map((event) => event.id));
  const fresh = added.filter((event) => !ids.has(event.id));
  return [...fresh, ...known].toSorted((a, b) => b.at - a.at).slice(0, KEPT_EVENTS);
}

/** The next state after a frame that arrived at `now` on the store's clock. */
export function applyFrame(state: LiveState, frame: ConsoleServerFrame, now: number): LiveState {
  switch (frame.t) {
    case 'snapshot':
      return {
        ...state,
        status: 'live',
        confirmedAt: now,
        seq: frame.seq,
        breakers: indexed(frame.breakers),
      };
    case 'changes':
      return {
        ...state,
        confirmedAt: now,
        seq: Math.max(state.seq, frame.seq),
        breakers: withChanges(state.breakers, frame.breakers, frame.removed),
        events: withEvents(state.events, frame.events),
      };
    case 'metrics':
      return {
        ...state,
        confirmedAt: now,
        seconds: withSecond(state.seconds, frame),
        connected: frame.connected,
        convergence: frame.convergence,
      };
    case 'ping':
      return { ...state, confirmedAt: now };
    case 'error':
      return state;
  }
}

/** A breaker as an answer to a command told it, ahead of the feed. */
export function applyBreaker(state: LiveState, breaker: BreakerSummary): LiveState {
  return { ...state, breakers: withChanges(state.breakers, [breaker], []) };
}

export function withStatus(state: LiveState, status: ConnectionStatus): LiveState {
  return state.status === status ? state : { ...state, status };
}

/** One breaker's seconds, oldest first, among the last `seconds`; a second without calls has zeros. */
export function secondsOf(
  frames: LiveState['seconds'],
  key: string,
  seconds: number,
): SecondCounts[] {
  return frames.slice(-seconds).map(({ at, items }) => {
    const item = items.get(key);
    if (item === undefined) return { at, ok: 0, failures: 0, rejected: 0, slow: 0 };
    const [, ok, failures, rejected, slow] = item;
    return { at, ok, failures, rejected, slow };
  });
}

/** Failure rate of counted calls, 0…1; null without any. */
export function rateOf(counts: { readonly ok: number; readonly failures: number }): number | null {
  const calls = counts.ok + counts.failures;
  return calls === 0 ? null : counts.failures / calls;
}

export interface RecentLoad {
  /** Calls that were made (not rejected), a second. */
  readonly callsPerSecond: number;
  readonly rejectedPerSecond: number;
  readonly failureRate: number | null;
}

/** Means over the last `window` seconds of those given. */
export function recentLoad(seconds: readonly SecondCounts[], window = 5): RecentLoad {
  const last = seconds.slice(-window);
  const sum = { ok: 0, failures: 0, rejected: 0 };
  for (const second of last) {
    sum.ok += second.ok;
    sum.failures += second.failures;
    sum.rejected += second.rejected;
  }
  const divisor = Math.max(1, last.length);
  return {
    callsPerSecond: (sum.ok + sum.failures) / divisor,
    rejectedPerSecond: sum.rejected / divisor,
    failureRate: rateOf(sum),
  };
}

export interface Applied {
  readonly applied: number;
  readonly connected: number;
  readonly behind: readonly string[];
}

/**
 * How much of the fleet has surely applied `seq`: who has applied a later change has applied this one.
 * null while the feed has not reported about `seq` or later.
 */
export function appliedOf(convergence: Convergence | null, seq: number): Applied | null {
  if (convergence === null || convergence.seq < seq) return null;
  return convergence;
}
