import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { INVARIANTS } from './invariants.js';
import type { PlaneFinding } from './plane/finding.js';
import { planeReport } from './plane/report.js';
import { ratesCommand } from './rates/rates-command.js';
import { simulateScale, type ScaleResult } from './scale.js';
import { runSeeds, type SeedPlan } from './seeds.js';

const HELP = `npm run sim -- [options]

Runs the fleet on simulated time, with crashes, partitions, lost hints and stores, and checks what must always hold.

  --seeds N        how many seeds (100)
  --first N        the first seed (1); any seed replays exactly
  --instances N    SDKs in the fleet (20)
  --jobs N         threads that take turns with the seeds (one for each core)
  --scale N        instead: one outage over so many light instances (100000 take about ten minutes and 8 GB)
  --ramps          ramps with a rate limit, active checks and maintenance windows
  --plane          one trouble a seed, of any severity, shape and traffic, in a fleet of 1 to N instances (100)
  --rates          instead: false openings, and times to open, of many fleets and loads; only the rule, on counts
  --hours N        of each of those (10; 1000 take about an hour of two cores)
  --minutes N      begins nothing more after this time, and prints what it has
  --checkpoint F   keeps what is done in a file, and goes on from there the next time
  --parts          only bad nodes, one bad zone and blips of 500 ms: the breaker as a whole must never open
  --polling        no instance has a socket: all of them poll
  --json           print one JSON object

The result is 1 when an invariant was violated.
`;

interface Settings {
  readonly seeds: number;
  readonly first: number;
  readonly instances: number;
  readonly jobs: number;
  /** Null: seeds. */
  readonly scale: number | null;
  readonly plan: SeedPlan;
  readonly polling: boolean;
  readonly rates: boolean;
  readonly hours: number;
  readonly minutes: number | null;
  readonly checkpoint: string | null;
  readonly json: boolean;
}

interface Totals {
  events: number;
  calls: number;
  changes: number;
  trips: number;
  partTrips: number;
  violations: { seed: number; invariant: string; atMs: number; detail: string }[];
  /** Only of drawn troubles. */
  findings: PlaneFinding[];
}

/** @throws Error when an option is unknown or no number in its range. */
export async function main(args: readonly string[]): Promise<number> {
  const settings = read(args);
  if (settings === null) {
    process.stdout.write(HELP);
    return 0;
  }
  if (settings.rates) return await ratesCommand(settings);
  if (settings.scale !== null) return await scale(settings, settings.scale);
  const start = performance.now();
  const totals: Totals = {
    events: 0,
    calls: 0,
    changes: 0,
    trips: 0,
    partTrips: 0,
    violations: [],
    findings: [],
  };
  let done = 0;
  await runSeeds(settings, ({ seed, violations, plane, ...run }) => {
    done += 1;
    totals.events += run.events;
    totals.calls += run.calls;
    totals.changes += run.changes;
    totals.trips += run.trips;
    totals.partTrips += run.partTrips;
    if (plane !== undefined) totals.findings.push(plane);
    totals.violations.push(...violations.map((violation) => ({ seed, ...violation })));
    if (!settings.json) process.stdout.write(progress(done, settings, totals));
  });
  totals.violations.sort((a, b) => a.seed - b.seed);
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
      instances: { type: 'string' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      scale: { type: 'string' },
      rates: { type: 'boolean', default: false },
      hours: { type: 'string', default: '10' },
      minutes: { type: 'string' },
      checkpoint: { type: 'string' },
      plane: { type: 'boolean', default: false },
      parts: { type: 'boolean', default: false },
      polling: { type: 'boolean', default: false },
      ramps: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const plan = PLANS.find((name) => values[name]) ?? 'faults';
  const instances = values.instances ?? (plan === 'plane' ? '100' : '20');
  return {
    seeds: wholeNumber('seeds', values.seeds, 1_000_000),
    first: wholeNumber('first', values.first, 2 ** 32 - 1),
    instances: wholeNumber('instances', instances, 100_000),
    jobs: wholeNumber('jobs', values.jobs, 256),
    scale: values.scale === undefined ? null : wholeNumber('scale', values.scale, 1_000_000),
    plan,
    polling: values.polling,
    rates: values.rates,
    hours: wholeNumber('hours', values.hours, 100_000),
    minutes: values.minutes === undefined ? null : wholeNumber('minutes', values.minutes, 100_000),
    checkpoint: values.checkpoint ?? null,
    json: values.json,
  };
}

/** Each has an option of its name; without any it is all faults. */
const PLANS = ['plane', 'parts', 'ramps'] as const;

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${most}, not "${text}".`);
}

const progress = (done: number, { seeds }: Settings, { events, violations }: Totals): string =>
  process.stdout.isTTY
    ? `\r${done} of ${seeds} seeds, ${events} events, ${violations.length} violations `
    : '';

function print(
  { seeds, first, instances, plan, json }: Settings,
  { findings, ...totals }: Totals,
  seconds: number,
): void {
  const report = plan === 'plane' ? planeReport(findings) : null;
  if (json) {
    const about = { seeds, first, instances, seconds };
    process.stdout.write(`${JSON.stringify({ ...about, ...totals, ...report })}\n`);
    return;
  }
  const { events, calls, changes, trips, partTrips, violations } = totals;
  process.stdout.write(
    `\n${seeds} seeds of ${instances} instances in ${seconds} s: ${events} events, ${calls} calls, ` +
      `${changes} changes, ${trips} trips of the fleet and ${partTrips} of parts, ${violations.length} violations of ${INVARIANTS.length} invariants\n`,
  );
  for (const { seed, invariant, atMs, detail } of violations.slice(0, 20)) {
    process.stdout.write(`  seed ${seed} at ${Math.round(atMs)} ms, ${invariant}: ${detail}\n`);
  }
  if (report === null) return;
  const { openings, ...rest } = report;
  console.table(openings);
  console.table(rest);
}

/** How many changes a fleet of light instances takes, how soon they are everywhere, and what that is for the control plane. */
async function scale({ first, json }: Settings, instances: number): Promise<number> {
  const start = performance.now();
  const { user } = process.cpuUsage();
  const progress = (line: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${line}    `);
  };
  const result = await simulateScale({ seed: first, instances, progress });
  const seconds = Math.round((performance.now() - start) / 1_000);
  const cpuSeconds = Math.round((process.cpuUsage().user - user) / 1e6);
  if (json) process.stdout.write(`${JSON.stringify({ seconds, cpuSeconds, ...result })}\n`);
  else printScale(result, seconds, cpuSeconds);
  return result.behind === 0 && result.closeMs !== null ? 0 : 1;
}

function printScale(result: ScaleResult, seconds: number, cpuSeconds: number): void {
  const { instances, apiNodes, simulatedMs, events, openMs, closeMs, work, behind } = result;
  process.stdout.write(
    `\n${instances} instances on ${apiNodes} API nodes, ${Math.round(simulatedMs / 1_000)} s simulated in ${seconds} s ` +
      `(${cpuSeconds} s of a core): ${events} events\n` +
      `dead → opened ${tell(openMs)}, alive → closed ${tell(closeMs)}, ${behind} instances behind at the end\n`,
  );
  console.table(result.convergence);
  console.table([work]);
}

const tell = (ms: number | null): string => (ms === null ? 'never' : `${Math.round(ms)} ms`);
