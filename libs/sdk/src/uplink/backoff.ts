const FIRST_MS = 1_000;
const MAX_MS = 30_000;
/** Whatever a server asks for, this process will try again within it. */
export const LONGEST_DELAY_MS = 10 * 60_000;

/**
 * How long to wait before a reconnect, in ms. The first try after a loss is random in 0–1 s, so that a fleet which
 * lost the same server spreads out; then 1 → 30 s, doubling, of which up to half is taken off at random.
 */
export function reconnectDelay(failures: number, random: number): number {
  if (failures <= 0) return random * FIRST_MS;
  const full = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return full * (1 - random / 2);
}

/** A wait that the server asked for, plus up to a tenth, so that not all come back at the same moment. */
export function askedDelay(retryAfterMs: number, random: number): number {
  return Math.min(retryAfterMs, LONGEST_DELAY_MS) * (1 + random / 10);
}
