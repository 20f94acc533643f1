const FIRST_MS = 1_000;
const MAX_MS = 30_000;
/** Whatever a server asks for, this process will try again within it. */
export const LONGEST_DELAY_MS = 10 * 60_000;

/** Connections a second that one node surely takes up, in a large fleet of which it may have all. */
const PER_SECOND = 2_000;
/** Half a lease: whoever waits that long still has the other half to connect. */
const MOST_SPREAD_MS = 5_000;

/** Over how long a fleet of this size spreads its reconnects, in ms: 1 s up to 2,000 instances, 5 s from 10,000 on. */
function spreadMs(fleet: number): number {
  return Math.min(MOST_SPREAD_MS, Math.max(FIRST_MS, (fleet / PER_SECOND) * 1_000));
}

/**
 * How long to wait before a reconnect, in ms. The first try after a loss is random within the fleet's spread, so that
 * instances which lost the same server do not all come at once; then 1 → 30 s, doubling and not below the spread, of which up
 * to half is taken off at random.
 */
export function reconnectDelay(failures: number, random: number, fleet: number): number {
  const spread = spreadMs(fleet);
  if (failures <= 0) return random * spread;
  const full = Math.min(MAX_MS, Math.max(spread, FIRST_MS * 2 ** Math.min(failures - 1, 16)));
  return full * (1 - random / 2);
}

/** A wait that the server asked for, plus up to a tenth, so that not all come back at the same moment. */
export function askedDelay(retryAfterMs: number, random: number): number {
  return Math.min(retryAfterMs, LONGEST_DELAY_MS) * (1 + random / 10);
}
