import { hits, isPartial, type Caller, type Fault } from './cases.js';

/** A call by when it was wanted, and what became of it. */
export interface Wanted extends Caller {
  readonly at: number;
  readonly result: 'ok' | 'failed' | 'rejected';
}

export interface Times {
  readonly faultAt: number;
  readonly healedAt: number;
  readonly until: number;
}

/** Whom the breakers of a fleet blocked, from the beginning of a fault to the end of the watch. */
export interface BlastFigures {
  /** Of the calls of those whom the fault does not hit, 0…1; null: there were none. */
  readonly healthyRejected: number | null;
  /** Instances that rejected nearly everything for a moment: those that the fault names, and all others. */
  readonly blockedAtFault: number;
  readonly blockedOthers: number;
  /** Seconds for which calls were rejected, over these instances; a second in which half were is half a second. */
  readonly blockedAtFaultS: number;
  readonly blockedOthersS: number;
  /** How often all instances were blocked at the same time. */
  readonly fleetTrips: number;
  readonly failed: number;
  /** Calls that failed or were rejected before the fault, which is the machine's doing: the rest means little then. */
  readonly spoiltBefore: number;
  /** From the end of the fault to the last rejected call; null: calls were rejected up to the end. */
  readonly backMs: number | null;
}

const SPAN_MS = 500;
/** Blocked: this share of the calls of a span was rejected. Probes and the first steps of a ramp may pass. */
const BLOCKED = 0.9;
/** A block of the fleet is over in the first span with less. */
const RELEASED = 0.5;
/** Without a rejection for this long at the end, everyone is back. */
const QUIET_MS = 1_000;

interface Span {
  wanted: number;
  rejected: number;
}

/** What became of a fleet's calls under one fault. */
export function blastOf(all: readonly Wanted[], fault: Fault, times: Times): BlastFigures {
  const { faultAt, healedAt, until } = times;
  const calls = all.filter(({ at }) => at >= faultAt && at < until);
  const healthy = calls.filter((call) => isHealthy(call, fault, healedAt));
  const spans = spansOf(calls, times);
  const named = new Set(calls.filter((call) => isNamed(fault, call)).map((call) => call.instance));
  const atFault = [...spans].filter(([instance]) => named.has(instance)).map(([, own]) => own);
  const others = [...spans].filter(([instance]) => !named.has(instance)).map(([, own]) => own);
  const lastRejection = calls.reduce(
    (last, { at, result }) => (result === 'rejected' ? Math.max(last, at) : last),
    healedAt,
  );
  return {
    healthyRejected: healthy.length === 0 ? null : countOf(healthy, 'rejected') / healthy.length,
    blockedAtFault: atFault.filter((own) => own.some(isBlocked)).length,
    blockedOthers: others.filter((own) => own.some(isBlocked)).length,
    blockedAtFaultS: blockedSeconds(atFault),
    blockedOthersS: blockedSeconds(others),
    fleetTrips: fleetTripsOf([...spans.values()]),
    failed: countOf(calls, 'failed'),
    spoiltBefore: all.filter(({ at, result }) => at < faultAt && result !== 'ok').length,
    backMs: until - lastRejection <= QUIET_MS ? null : lastRejection - healedAt,
  };
}

/** A fault that fails every call leaves nobody healthy until it is over; one that fails a few, everybody. */
function isHealthy(call: Wanted, fault: Fault, healedAt: number): boolean {
  if (isPartial(fault)) return !hits(fault, call);
  return fault.share < 1 || call.at >= healedAt;
}

/** Accounts of a shard call through every instance: none of those is at fault. */
function isNamed(fault: Fault, call: Wanted): boolean {
  return (fault.instance !== undefined || fault.zone !== undefined) && hits(fault, call);
}

function spansOf(calls: readonly Wanted[], { faultAt, until }: Times): Map<string, Span[]> {
  const spans = new Map<string, Span[]>();
  for (const { instance, at, result } of calls) {
    let own = spans.get(instance);
    if (own === undefined) {
      const length = Math.ceil((until - faultAt) / SPAN_MS);
      own = Array.from({ length }, (): Span => ({ wanted: 0, rejected: 0 }));
      spans.set(instance, own);
    }
    const span = own[Math.floor((at - faultAt) / SPAN_MS)];
    if (span === undefined) continue;
    span.wanted += 1;
    if (result === 'rejected') span.rejected += 1;
  }
  return spans;
}

const shareOf = ({ wanted, rejected }: Span): number => (wanted === 0 ? 0 : rejected / wanted);
const isBlocked = (span: Span): boolean => shareOf(span) >= BLOCKED;

function blockedSeconds(instances: readonly (readonly Span[])[]): number {
  const share = instances.flat().reduce((sum, span) => sum + shareOf(span), 0);
  return (share * SPAN_MS) / 1_000;
}

function fleetTripsOf(instances: readonly (readonly Span[])[]): number {
  let trips = 0;
  let blocked = false;
  for (const [index] of (instances[0] ?? []).entries()) {
    const spans = instances.flatMap((own) => own[index] ?? []);
    if (!blocked && spans.every(isBlocked)) {
      blocked = true;
      trips += 1;
    } else if (blocked) {
      const whole = spans.reduce(
        (sum, span) => ({
          wanted: sum.wanted + span.wanted,
          rejected: sum.rejected + span.rejected,
        }),
        { wanted: 0, rejected: 0 },
      );
      blocked = shareOf(whole) >= RELEASED;
    }
  }
  return trips;
}

function countOf(calls: readonly Wanted[], wanted: Wanted['result']): number {
  return calls.filter(({ result }) => result === wanted).length;
}
