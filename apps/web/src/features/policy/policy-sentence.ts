import { formatAdmission, formatDuration, type Policy } from '@recloser/core';
import { formatShare, plural } from '@/lib/format';

/** When it opens. */
function tripSentence({ fast, slow, quorum }: Policy): string {
  const rate = (share: number, ms: number) => `${formatShare(share)} of ${formatDuration(ms)}`;
  return (
    `Opens when ${rate(fast.failureRate, fast.lengthMs)}, or ${rate(slow.failureRate, slow.lengthMs)}, have failed ` +
    `on ${formatShare(quorum)} of the instances.`
  );
}

/** How it comes back. */
function recoverySentence({ recovery }: Policy): string {
  const { coolDownMs, probe, probes, ladder, dwellMinMs, dwellMaxMs, recoveryRate } = recovery;
  const test = probe === null ? plural(probes, 'probe call') : 'a check by the worker';
  const steps = ladder.map((admission) => formatAdmission(admission)).join(' → ');
  return (
    `Then waits ${formatDuration(coolDownMs)}, tests with ${test} for the whole fleet, and lets traffic back: ${steps} → 100 %. ` +
    `The last step holds ${formatDuration(dwellMinMs)} to ${formatDuration(dwellMaxMs)} and passes up to ` +
    `${formatShare(recoveryRate)} failures.`
  );
}

/** A policy in two sentences. */
export function policySentence(policy: Policy): string {
  return `${tripSentence(policy)} ${recoverySentence(policy)}`;
}
