import { callsOf } from './counts.js';
import { BUCKET_MS, type Policy, type WindowPolicy } from './model.js';
import type { TripVerdict, WindowVerdict } from './trip.js';
import { formatDuration, formatRate, group, plural } from './words.js';

/** Why a window tripped, in one or two sentences with their figures. */
export function tripSummary(policy: Policy, trip: TripVerdict): string {
  const windowPolicy = trip.cause === 'fast_window' ? policy.fast : policy.slow;
  const main =
    trip.verdict.by === 'slow'
      ? slowSentence(trip, windowPolicy)
      : failureSentence(trip, windowPolicy);
  return [main, ...asides(trip, trip.verdict)].join(' ');
}

function failureSentence({ window, verdict }: TripVerdict, windowPolicy: WindowPolicy): string {
  const calls = callsOf(window.counts);
  const buckets = Math.round(window.lengthMs / BUCKET_MS);
  return (
    `${group(window.counts.failures)} of ${plural(calls, 'call')} failed ` +
    `(${formatRate(verdict.rate)}, at least ${formatRate(verdict.lower)}; threshold ${formatRate(windowPolicy.failureRate)}) ` +
    `in ${formatDuration(window.lengthMs)}, in ${window.failingBuckets} of ${buckets} buckets. ` +
    `${window.failing} of ${plural(window.reporting, 'instance')} failing (${verdict.failingNeeded} needed).`
  );
}

function slowSentence({ window, verdict }: TripVerdict, windowPolicy: WindowPolicy): string {
  const calls = callsOf(window.counts);
  return (
    `${group(window.counts.slow)} of ${plural(calls, 'call')} were slow ` +
    `(${formatRate(verdict.slowRate)}, at least ${formatRate(verdict.slowLower)}; threshold ${formatRate(windowPolicy.slowRate ?? 1)}) ` +
    `in ${formatDuration(window.lengthMs)}, on ${plural(window.reporting, 'instance')}.`
  );
}

function asides({ window }: TripVerdict, verdict: WindowVerdict): string[] {
  const { timeouts, stalled, localLag, throttled } = window.counts;
  const notes: string[] = [];
  if (timeouts > 0 || stalled > 0) {
    notes.push(
      `Of the failures ${group(timeouts)} were timeouts and ${group(stalled)} still in flight.`,
    );
  }
  if (verdict.bounded) {
    const share = formatRate(2 / window.reporting);
    notes.push(`The heaviest instances were bounded to ${share} of the volume each.`);
  }
  if (localLag > 0) {
    notes.push(
      `Left out: ${plural(localLag, 'timeout')} during stalls of the callers' own event loops.`,
    );
  }
  if (throttled > 0) notes.push(`${plural(throttled, 'call')} got a 429, counted apart.`);
  return notes;
}
