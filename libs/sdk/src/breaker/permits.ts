import { type PermitFrame } from '@recloser/protocol';

/** The right to make one probe call for the fleet. */
export interface HeldPermit {
  readonly id: string;
  readonly version: number;
  readonly round: number;
  /** Monotonic ms. */
  readonly expiresAt: number;
}

export function heldPermit(frame: PermitFrame, now: number): HeldPermit {
  return { id: frame.id, version: frame.v, round: frame.round, expiresAt: now + frame.ttlMs };
}
