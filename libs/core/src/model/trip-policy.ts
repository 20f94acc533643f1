/** When evidence opens a breaker. */
export interface TripPolicy {
  /** Failure rate that is tolerated, 0…1. Only what lies above it counts. */
  readonly toleratedRate: number;
  /** The same for slow calls, 0…1; null: slow calls do not open the breaker. */
  readonly toleratedSlowRate: number | null;
  /** How much excess opens the breaker, in ms: (rate − tolerated rate) × time. */
  readonly excessMs: number;
}

/** Lengths of the windows in which hubs compare instances, in ms. Part of the protocol between nodes. */
export const INSTANCE_WINDOWS_MS = [2_000, 8_000, 30_000] as const;

/** How far back an excess is followed, in ms. A lower rate than `lowestRate` never opens the breaker. */
export const EXCESS_REACH_MS = 120_000;

/** The lowest steady rate, 0…1, that opens the breaker within `EXCESS_REACH_MS`; above 1: none does. */
export function lowestRate({ toleratedRate, excessMs }: TripPolicy): number {
  return toleratedRate + excessMs / EXCESS_REACH_MS;
}
