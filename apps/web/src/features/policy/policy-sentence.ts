import { formatAdmission, formatDuration, longestBlipMs, type Policy } from '@recloser/core';
import { formatShare, plural } from '@/lib/format';

/** When it opens. */
function tripSentence({ trip, quorum }: Policy): string {
  const death = formatDuration(longestBlipMs({ trip }));
  return (
    `Opens when ${formatDuration(trip.excessMs)} worth of calls failed beyond the tolerated ` +
    `${formatShare(trip.toleratedRate)}, on ${formatShare(quorum)} of the instances: after ${death} when all calls fail.`
  );
}

/** How it comes back. */
function recoverySentence({ recovery }: Policy): string {
  const { coolDownMs, probe, probes, ladder, dwellMinMs, dwellMaxMs, recoveryRate } = recovery;
  const test = probe === null ? plural(probes, 'probe call') : 'a check by the worker';
  const steps = ladder.map((admission) => formatAdmission(admission)).join(' → ');
  return (
    `Then waits ${formatDuration(coolDownMs)}, tests with ${test} for the whole fleet, and lets traffic back: ${steps} → 100%. ` +
    `The last step holds ${formatDuration(dwellMinMs)} to ${formatDuration(dwellMaxMs)} and passes up to ` +
    `${formatShare(recoveryRate)} failures.`
  );
}

/** A policy in two sentences. */
export function policySentence(policy: Policy): string {
  return `${tripSentence(policy)} ${recoverySentence(policy)}`;
}
