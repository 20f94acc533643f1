import { parseArgs } from 'node:util';
import { INVARIANTS } from './invariants.js';
import { simulate } from './simulation.js';

const HELP = `npm run sim -- [options]

Runs the fleet on simulated time, with crashes, partitions, lost hints and stores, and checks what must always hold.

  --seeds N        how many seeds (100)
  --first N        the first seed (1); any seed replays exactly
  --instances N    SDKs in the fleet (20)
  --json           print one JSON object

The result is 1 when an invariant was violated.
`;

interface Settings {
  readonly seeds: number;
  readonly first: number;
  readonly instances: number;
  readonly json: boolean;
}

interface Totals {
  events: number;
  calls: number;
  changes: number;
  trips: number;
  violations: { seed: number; invariant: string; atMs: number; detail: string }[];
}

/** @throws Error when an option is unknown or no number in its range. */
export async function main(args: readonly string[]): Promise<number> {
  const settings = read(args);
  if (settings === null) {
    process.stdout.write(HELP);
    return 0;
  }
  const { seeds, first, instances, json } = settings;
  const start = performance.now();
  const totals: Totals = { events: 0, calls: 0, changes: 0, trips: 0, violations: [] };
  for (let seed = first; seed < first + seeds; seed += 1) {
    const { violations, ...run } = await simulate({ seed, instances });
    totals.events += run.events;
    totals.calls += run.calls;
    totals.changes += run.changes;
    totals.trips += run.trips;
    totals.violations.push(...violations.map((violation) => ({ seed, ...violation })));
    if (!json) process.stdout.write(progress(seed - first + 1, settings, totals));
  }
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  print(settings, totals, seconds);
  return totals.violations.length === 0 ? 0 : 1;
}

function read(args: readonly string[]): Settings | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '100' },
      first: { type: 'string', default: '1' },
      instances: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    seeds: wholeNumber('seeds', values.seeds, 1_000_000),
    first: wholeNumber('first', values.first, 2 ** 32 - 1),
    instances: wholeNumber('instances', values.instances, 100_000),
    json: values.json,
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${most}, not "${text}".`);
}

const progress = (done: number, { seeds }: Settings, { events, violations }: Totals): string =>
  process.stdout.isTTY
    ? `\r${done} of ${seeds} seeds, ${events} events, ${violations.length} violations `
    : '';

function print({ seeds, first, instances, json }: Settings, totals: Totals, seconds: number): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ seeds, first, instances, seconds, ...totals })}\n`);
    return;
  }
  const { events, calls, changes, trips, violations } = totals;
  process.stdout.write(
    `\n${seeds} seeds of ${instances} instances in ${seconds} s: ${events} events, ${calls} calls, ` +
      `${changes} changes, ${trips} trips, ${violations.length} violations of ${INVARIANTS.length} invariants\n`,
  );
  for (const { seed, invariant, atMs, detail } of violations.slice(0, 20)) {
    process.stdout.write(`  seed ${seed} at ${Math.round(atMs)} ms, ${invariant}: ${detail}\n`);
  }
}
