import type { PermitClaim, ProbeAnswer } from '@recloser/protocol';

const REASON_LENGTH = 200;

/** What is kept of the reason of a failure; null: nothing. */
export function keptReason({ ok, reason }: ProbeAnswer): string | null {
  return ok || reason === undefined || reason === '' ? null : reason.slice(0, REASON_LENGTH);
}

/** What is kept of how long a call took that succeeded, in ms; null: nothing. */
export function keptMs({ ok, ms }: ProbeAnswer): number | null {
  return ok && ms !== undefined && Number.isFinite(ms) && ms >= 0 ? ms : null;
}

/** The ids of the permits with the indices [from, to) of a round. */
export function permitIds({ version, round }: PermitClaim, from: number, to: number): string[] {
  return Array.from(
    { length: Math.max(0, to - from) },
    (_, i) => `${version}.${round}.${from + i}`,
  );
}

/** The index within its round of a permit of this very round, or null. */
export function permitIndex({ version, round }: PermitClaim, id: string): number | null {
  const prefix = `${version}.${round}.`;
  if (!id.startsWith(prefix)) return null;
  const digits = id.slice(prefix.length);
  return /^(?:0|[1-9]\d{0,8})$/.test(digits) ? Number(digits) : null;
}
