/** When a closed breaker opens, while one process decides alone. Times are monotonic milliseconds. */
export interface TripRule {
  /** Counts how a call ended. True opens the breaker. */
  record(failed: boolean, now: number): boolean;
  /** Forgets what was counted: the breaker has opened or closed. */
  reset(): void;
  /** What is counted now. */
  readonly calls: number;
  readonly failures: number;
}

/** Makes the rule of one breaker. */
export type MakeTripRule = () => TripRule;
