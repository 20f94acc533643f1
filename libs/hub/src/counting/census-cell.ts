import type { Rolling } from './rolling.js';

/** Who reported. */
export interface Reporter {
  readonly instanceId: string;
  /** The SDK key that it came with. */
  readonly keyId: string;
  readonly service: string;
  readonly zone: string | null;
  readonly region: string | null;
  /** It knows of states of parts of the fleet; one that does not always counts under the fleet's. */
  readonly scoped: boolean;
}

/** Fields of a cell's census. */
export const CENSUS = { calls: 0, failures: 1, slow: 2, lag: 3, fields: 4 } as const;

/** What an instance said of its own breaker, on the store's clock. */
export interface CellOpening {
  readonly at: number;
  readonly calls: number;
  readonly failures: number;
  readonly failedAt: number;
  /** When it was first said. */
  readonly heardAt: number;
}

/** An instance and what it counted over the census windows. */
export interface CensusCell {
  readonly reporter: Reporter;
  /** The name of its service, zone and region together. */
  readonly group: string;
  /** Calls, failures, slow calls and those left out under the present version. */
  readonly census: Rolling;
  /** The newest bucket with a failure under the present version; −1: none. */
  failedAt: number;
  /** Start of the newest bucket in which it wanted a call. */
  demandAt: number;
  /** It opened the breaker on its own, and still rejects; null: it did not say so. */
  local: CellOpening | null;
}

/** The same for all instances of a service in a zone and region. */
export function groupName({ service, zone, region }: Reporter): string {
  return JSON.stringify([service, zone, region]);
}

/** From which rates on an instance counts as failing, and as slow, 0…1. */
export interface Tolerated {
  readonly failures: number;
  readonly slow: number;
}
