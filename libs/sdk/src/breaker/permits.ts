/** The right to make one probe call for the fleet. */
export interface HeldPermit {
  readonly id: string;
  readonly version: number;
  readonly round: number;
  /** Monotonic ms. */
  readonly expiresAt: number;
}
