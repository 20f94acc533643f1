import { runOrders } from '../pool.js';
import { missedBy, type RateOrder, type RateResult } from './rates.js';

const INSTANCES = [1, 2, 5, 20, 100] as const;
const CALLS = [2, 20, 200, 2_000] as const;
/** So much traffic takes long to simulate, and a tenth of the time shows as many calls. */
const MUCH = 2_000;

export interface RatesSettings {
  readonly first: number;
  readonly hours: number;
  readonly jobs: number;
  readonly json: boolean;
}

/** Counts false openings and times to open over fleets and loads, and prints them. Returns 1 when a limit is missed. */
export async function ratesCommand({ first, hours, jobs, json }: RatesSettings): Promise<number> {
  const orders: RateOrder[] = CALLS.flatMap((callsPerSecond) =>
    INSTANCES.map((instances, index) => ({
      seed: first + index * CALLS.length + CALLS.indexOf(callsPerSecond),
      instances,
      callsPerSecond,
      hours: callsPerSecond >= MUCH ? hours / 10 : hours,
      deaths: 100,
    })),
  );
  const start = performance.now();
  const found: RateResult[] = [];
  const waiting = [...orders];
  await runOrders(
    new URL('./rate-thread.js', import.meta.url),
    () => waiting.shift() ?? null,
    Math.min(jobs, orders.length),
    (result) => {
      found.push(result as RateResult);
      if (process.stderr.isTTY) process.stderr.write(`\r${found.length} of ${orders.length} `);
    },
  );
  found.sort((a, b) => a.callsPerSecond - b.callsPerSecond || a.instances - b.instances);
  const missed = found.flatMap(missedBy);
  const seconds = Math.round((performance.now() - start) / 1_000);
  if (json) process.stdout.write(`${JSON.stringify({ hours, seconds, fleets: found, missed })}\n`);
  else print(found, missed, seconds);
  return missed.length === 0 ? 0 : 1;
}

function print(found: readonly RateResult[], missed: readonly string[], seconds: number): void {
  console.table(found.map(falseOpenings));
  console.table(found.map(timesToOpen));
  process.stdout.write(`${seconds} s, ${missed.length} limits missed\n`);
  for (const line of missed) process.stdout.write(`  ${line}\n`);
}

const aboutFleet = ({ callsPerSecond, instances }: RateResult) => ({
  'calls/s': callsPerSecond,
  instances,
});

function falseOpenings(result: RateResult): Record<string, string | number> {
  const row: Record<string, string | number> = { ...aboutFleet(result) };
  for (const { of, openings, hours } of result.steady) {
    row[`${of * 100}%`] = `${openings} in ${Math.round(hours)} h`;
  }
  for (const { of, window, openings } of result.blips) row[`${of} ms, ${window}`] = openings;
  return row;
}

function timesToOpen(result: RateResult): Record<string, string | number> {
  const row: Record<string, string | number> = { ...aboutFleet(result) };
  for (const { failing, medianMs, p95Ms } of result.opening) {
    row[`${failing * 100}%`] = `${inSeconds(medianMs)} / ${inSeconds(p95Ms)}`;
  }
  return row;
}

const inSeconds = (ms: number | null): string => (ms === null ? 'never' : (ms / 1_000).toFixed(2));
