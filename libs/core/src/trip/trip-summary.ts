import { callsOf } from '../counts.js';
import { BUCKET_MS, type Policy, type WindowEvidence, type WindowPolicy } from '../model.js';
import type { RunTrip, TripVerdict, WindowTrip } from './trip.js';
import { formatDuration, formatRate, group, plural } from '../words.js';

/** Why a window tripped, in one or two sentences with their figures. */
export function tripSummary(policy: Policy, trip: TripVerdict): string {
  return [mainSentence(policy, trip), ...asides(trip)].join(' ');
}

function mainSentence(policy: Policy, trip: TripVerdict): string {
  switch (trip.cause) {
    case 'consecutive':
      return runSentence(trip, policy.consecutive?.failures ?? trip.verdict.failures);
    case 'fast_window':
      return windowSentence(trip, policy.fast);
    case 'slow_window':
      return windowSentence(trip, policy.slow);
  }
}

function windowSentence(trip: WindowTrip, windowPolicy: WindowPolicy): string {
  return trip.verdict.by === 'slow'
    ? slowSentence(trip, windowPolicy)
    : failureSentence(trip, windowPolicy);
}

function runSentence({ window, verdict }: RunTrip, needed: number): string {
  return (
    `${plural(verdict.failures, 'call')} failed in a row (${group(needed)} needed) ` +
    `within ${formatDuration(window.lengthMs)}, ` +
    `on ${plural(verdict.instances, 'instance')} (${verdict.instancesNeeded} needed).`
  );
}

function failureSentence({ window, verdict }: WindowTrip, windowPolicy: WindowPolicy): string {
  const calls = callsOf(window.counts);
  const buckets = Math.round(window.lengthMs / BUCKET_MS);
  return (
    `${group(window.counts.failures)} of ${plural(calls, 'call')} failed ` +
    `(${formatRate(verdict.rate)}, at least ${formatRate(verdict.lower)}; threshold ${formatRate(windowPolicy.failureRate)}) ` +
    `in ${formatDuration(window.lengthMs)}, in ${window.failingBuckets} of ${buckets} buckets. ` +
    `${window.failing} of ${plural(window.reporting, 'instance')} failing (${verdict.failingNeeded} needed).`
  );
}

function slowSentence({ window, verdict }: WindowTrip, windowPolicy: WindowPolicy): string {
  const calls = callsOf(window.counts);
  return (
    `${group(window.counts.slow)} of ${plural(calls, 'call')} were slow ` +
    `(${formatRate(verdict.slowRate)}, at least ${formatRate(verdict.slowLower)}; threshold ${formatRate(windowPolicy.slowRate ?? 1)}) ` +
    `in ${formatDuration(window.lengthMs)}, on ${plural(window.reporting, 'instance')}.`
  );
}

function asides({ cause, window, verdict }: TripVerdict): string[] {
  const { timeouts, stalled, throttled } = window.counts;
  const notes: string[] = [];
  if (timeouts > 0 || stalled > 0) {
    notes.push(
      `Of the failures ${group(timeouts)} were timeouts and ${group(stalled)} still in flight.`,
    );
  }
  if (cause !== 'consecutive' && verdict.bounded) {
    const share = formatRate(2 / window.reporting);
    notes.push(`The heaviest instances were bounded to ${share} of the volume each.`);
  }
  notes.push(...lagNotes(window));
  if (throttled > 0) notes.push(`${plural(throttled, 'call')} got a 429, counted apart.`);
  return notes;
}

function lagNotes({ counts, lag, lagCounted }: WindowEvidence): string[] {
  const { localLag } = counts;
  if (localLag === 0) return [];
  const timeouts = `${plural(localLag, 'timeout')} during stalls of the callers' own event loops`;
  return lagCounted === true && lag !== undefined
    ? [
        `${lag.instances} of ${plural(lag.reporting, 'instance')} stalled, more than a third: ` +
          `nothing is left out, and ${timeouts} count as failures.`,
      ]
    : [`Left out: ${timeouts}.`];
}
