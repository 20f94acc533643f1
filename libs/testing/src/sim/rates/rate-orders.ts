import { RATE_ROWS, type RateRow } from './rate-rows.js';
import type { RateOrder } from './rates.js';

const INSTANCES = [1, 2, 5, 20, 100] as const;
const CALLS = [2, 20, 200, 2_000] as const;
const DEATHS = 100;
/** Hours of one order: long enough that its cold begin is nothing, short enough that threads share the work evenly. */
const PART_HOURS = 50;
/** So much traffic takes as long to simulate as all that is less, so that its parts come later. */
const MUCH = 2_000;
const LATER = 4;

/**
 * All orders of a run in parts of at most 50 hours: a part of every row, then the next one, so that a run which is stopped
 * early has seen every row for about as long; a fourth of it where there is much traffic. An order does not depend on how
 * long the run is.
 */
export function rateOrders(first: number, hours: number): RateOrder[] {
  const parts = Array.from({ length: Math.ceil(hours / PART_HOURS) }, (_, part) => part);
  return fleetRows()
    .flatMap((fleet, index) =>
      parts
        .filter((part) => part === 0 || fleet.row.kind !== 'death')
        .map((part) => {
          const rest = Math.min(PART_HOURS, hours - part * PART_HOURS);
          const amount = fleet.row.kind === 'death' ? DEATHS : rest;
          const turn = fleet.callsPerSecond >= MUCH ? part * LATER : part;
          return { turn, order: { seed: seedOf(first, index, part), ...fleet, amount } };
        }),
    )
    .sort((a, b) => a.turn - b.turn)
    .map(({ order }) => order);
}

export interface FleetRow {
  readonly callsPerSecond: number;
  readonly instances: number;
  readonly row: RateRow;
}

/** Every row of every fleet, by load, then instances. */
export function fleetRows(): FleetRow[] {
  return CALLS.flatMap((callsPerSecond) =>
    INSTANCES.flatMap((instances) => RATE_ROWS.map((row) => ({ callsPerSecond, instances, row }))),
  );
}

/** A seed for each part of each row, of 32 bits. */
function seedOf(first: number, row: number, part: number): number {
  let seed = first >>> 0;
  for (const value of [row, part]) {
    seed = Math.imul(seed ^ (value + 1), 0x9e3779b1) >>> 0;
    seed = (seed ^ (seed >>> 15)) >>> 0;
  }
  return seed;
}
