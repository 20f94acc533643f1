import { runOrders } from '../pool.js';
import { Checkpoint } from './checkpoint.js';
import { type FleetRow, fleetRows, rateOrders } from './rate-orders.js';
import { rowName } from './rate-rows.js';
import { missedBy, type RatePart, type RateResult, together } from './rates.js';

export interface RatesSettings {
  readonly first: number;
  /** Of each row of each fleet. */
  readonly hours: number;
  /** After this time no further part is begun; null: all are run. */
  readonly minutes: number | null;
  /** A file that keeps what is done; null: none. */
  readonly checkpoint: string | null;
  readonly jobs: number;
  readonly json: boolean;
}

/** Counts false openings and times to open over fleets and loads, and prints them. Returns 1 when a limit is missed. */
export async function ratesCommand(settings: RatesSettings): Promise<number> {
  const start = performance.now();
  const parts = await runParts(settings, start);
  const found = resultsOf(parts);
  const missed = found.flatMap((result) => missedBy(result) ?? []);
  const seconds = Math.round((performance.now() - start) / 1_000);
  const { hours, json } = settings;
  if (json) process.stdout.write(`${JSON.stringify({ hours, seconds, rows: found, missed })}\n`);
  else print(found, missed, seconds);
  return missed.length === 0 ? 0 : 1;
}

async function runParts(
  { first, hours, minutes, checkpoint, jobs }: RatesSettings,
  start: number,
): Promise<RatePart[]> {
  const kept = new Checkpoint(checkpoint);
  const orders = rateOrders(first, hours);
  const parts = orders.flatMap((order) => kept.find(order) ?? []);
  const waiting = orders.filter((order) => kept.find(order) === null);
  const isOver = (): boolean => minutes !== null && performance.now() - start > minutes * 60_000;
  await runOrders(
    new URL('./rate-thread.js', import.meta.url),
    () => (isOver() ? null : (waiting.shift() ?? null)),
    Math.max(1, Math.min(jobs, waiting.length)),
    (result) => {
      const part = result as RatePart;
      kept.add(part);
      parts.push(part);
      if (!process.stderr.isTTY) return;
      process.stderr.write(`\r${parts.length} of ${orders.length} parts `);
    },
  );
  return parts;
}

/** By load, then fleet, then row. */
function resultsOf(parts: readonly RatePart[]): RateResult[] {
  const rows = new Map<string, RatePart[]>(fleetRows().map((row) => [keyOf(row), []]));
  for (const part of parts) rows.get(keyOf(part.order))?.push(part);
  return [...rows.values()].flatMap((own) => together(own) ?? []);
}

const keyOf = ({ callsPerSecond, instances, row }: FleetRow): string =>
  JSON.stringify([callsPerSecond, instances, row]);

function print(found: readonly RateResult[], missed: readonly string[], seconds: number): void {
  console.table(tableOf(found, 'steady', openingsIn));
  console.table(tableOf(found, 'blips', openingsIn));
  console.table(tableOf(found, 'death', timeIn));
  process.stdout.write(`${seconds} s, ${missed.length} limits missed\n`);
  for (const line of missed) process.stdout.write(`  ${line}\n`);
}

/** A line for each fleet and load, a column for each row of this kind. */
function tableOf(
  found: readonly RateResult[],
  kind: RateResult['row']['kind'],
  tell: (result: RateResult) => string,
): Record<string, string | number>[] {
  const lines = new Map<string, Record<string, string | number>>();
  for (const result of found.filter(({ row }) => row.kind === kind)) {
    const { callsPerSecond, instances, row } = result;
    const key = `${callsPerSecond}/${instances}`;
    const line = lines.get(key) ?? { 'calls/s': callsPerSecond, instances };
    line[rowName(row)] = tell(result);
    lines.set(key, line);
  }
  return [...lines.values()];
}

const openingsIn = ({ openings, hours, mostPerHour }: RateResult): string =>
  `${openings} in ${hours} h (≤ ${(mostPerHour ?? 0).toFixed(4)}/h)`;

const timeIn = ({ medianMs, p95Ms }: RateResult): string =>
  `${inSeconds(medianMs)} / ${inSeconds(p95Ms)}`;

const inSeconds = (ms: number | null): string => (ms === null ? 'never' : (ms / 1_000).toFixed(2));
