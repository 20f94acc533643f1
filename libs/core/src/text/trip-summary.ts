import type { Policy, WindowEvidence } from '../model/model.js';
import type { ExcessTrip, Measure, RunTrip, TripVerdict } from '../trip/trip.js';
import { formatDuration, formatRate, group, plural } from '../model/words.js';

/** Why a breaker opened, in one or two sentences with their figures. */
export function tripSummary(policy: Policy, trip: TripVerdict): string {
  const main =
    trip.cause === 'consecutive'
      ? runSentence(trip, policy.consecutive?.failures ?? trip.verdict.failures)
      : excessSentence(trip);
  return [main, ...asides(trip)].join(' ');
}

/** "1 s worth of calls failed beyond the tolerated 35%": the rule in one sentence. */
export function excessPhrase(by: Measure, excessMs: number, tolerated: number): string {
  return (
    `${formatDuration(excessMs)} worth of calls ${what(by)} ` +
    `beyond the tolerated ${formatRate(tolerated)}`
  );
}

function what(by: Measure): string {
  return by === 'slow' ? 'were slow' : 'failed';
}

function excessSentence({ window, verdict }: ExcessTrip): string {
  const { excess, by, failingNeeded } = verdict;
  const { calls, bad, neededMs, observedMs, excessMs, toleratedRate } = excess;
  const failing = by === 'slow' ? (window.slowInstances ?? window.reporting) : window.failing;
  const seen = by === 'slow' ? 'slow' : 'failing';
  return (
    `${excessPhrase(by, excessMs, toleratedRate)} (${formatDuration(neededMs)} opens it): ` +
    `${group(bad)} of ${plural(calls, 'call')} ${what(by)} (${formatRate(bad / calls)}) ` +
    `in ${formatDuration(observedMs)}. ` +
    `${failing} of ${plural(window.reporting, 'instance')} ${seen} (${failingNeeded} needed).`
  );
}

function runSentence({ window, verdict }: RunTrip, needed: number): string {
  return (
    `${plural(verdict.failures, 'call')} failed in a row (${group(needed)} needed) ` +
    `within ${formatDuration(window.lengthMs)}, ` +
    `on ${plural(verdict.instances, 'instance')} (${verdict.instancesNeeded} needed).`
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
