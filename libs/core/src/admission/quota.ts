/** The part of a rate limit that is split evenly over the fleet, whoever calls: an instance that was idle may begin. */
export const EVEN_SHARE = 0.25;

/**
 * Calls per second that an instance of `fleet` may make without having been told of a quota. All of them together stay
 * at EVEN_SHARE of the limit.
 */
export function evenQuota(maxRps: number, fleet: number): number {
  return (maxRps * EVEN_SHARE) / Math.max(1, fleet);
}

/**
 * Calls per second for each of some instances of a fleet, in the order of their demands (calls wanted lately, ≥ 0).
 * The even share, and what is left of the limit in proportion to demand. `connected` of the fleet are known to whoever
 * splits; others may split for the rest, so that this one has only their share of the limit.
 *
 * Their sum, with `evenQuota` for those of the connected without demand, is at most maxRps × connected / fleet.
 */
export function quotas(
  maxRps: number,
  fleet: { readonly connected: number; readonly size: number },
  demands: readonly number[],
): readonly number[] {
  const size = Math.max(1, fleet.size, fleet.connected);
  const total = demands.reduce((sum, demand) => sum + demand, 0);
  const even = evenQuota(maxRps, size);
  const byDemand = (maxRps * (1 - EVEN_SHARE) * fleet.connected) / size;
  return demands.map((demand) => even + (total === 0 ? 0 : (byDemand * demand) / total));
}
