import { isUsageError, readOptions } from '@recloser/platform';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { UsageError, type Bench, type BenchResult, type BenchRow } from './bench.js';
import { bigfleet } from './bigfleet/bigfleet.js';
import { blastRadius } from './blast-radius/blast-radius.js';
import { console as consolePage } from './console/console.js';
import { detect } from './detect/detect.js';
import { evaluate } from './evaluate/evaluate.js';
import { fanout } from './fanout/fanout.js';
import { hotpath } from './hotpath/hotpath.js';
import { idle } from './idle/idle.js';
import { lag } from './lag/lag.js';
import { memory } from './memory/memory.js';
import { outageCost } from './outage-cost/outage-cost.js';
import { recovery } from './recovery/recovery.js';
import { severity } from './severity/severity.js';
import { storm } from './storm/storm.js';

const BENCHES: Readonly<Record<string, Bench>> = {
  bigfleet,
  'blast-radius': blastRadius,
  console: consolePage,
  detect,
  evaluate,
  fanout,
  hotpath,
  idle,
  lag,
  memory,
  'outage-cost': outageCost,
  recovery,
  severity,
  storm,
};

function help(): string {
  const lines = Object.entries(BENCHES).flatMap(([name, { summary, options }]) => [
    `  ${name.padEnd(14)}${summary}`,
    ...Object.entries(options).map(([option, text]) => `      --${option.padEnd(14)}${text}`),
  ]);
  return [
    'npm run bench -- <name> [--json] [options]',
    '',
    ...lines,
    '',
    '  --json    print one JSON object',
    '  --help    this text',
    '',
  ].join('\n');
}

/** The command `npm run bench`. Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    const usage = error instanceof UsageError || isUsageError(error);
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (usage) process.stderr.write('See npm run bench -- --help.\n');
    return usage ? 2 : 1;
  }
}

async function run([name = '--help', ...rest]: readonly string[]): Promise<number> {
  if (name === '--help') {
    process.stdout.write(help());
    return 0;
  }
  const bench = BENCHES[name];
  if (!bench) {
    throw new UsageError(
      `There is no benchmark "${name}". There are ${Object.keys(BENCHES).join(', ')}.`,
    );
  }
  const strings = Object.keys(bench.options).map((option) => [option, { type: 'string' }] as const);
  const options = {
    ...Object.fromEntries(strings),
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const { values } = readOptions(Object.keys(options), () => parseArgs({ args: rest, options }));
  if (values.help) {
    process.stdout.write(help());
    return 0;
  }
  const given = Object.keys(bench.options).map((option) => {
    const value: unknown = Reflect.get(values, option);
    return [option, typeof value === 'string' ? value : undefined] as const;
  });
  const result = await bench.run({
    values: Object.fromEntries(given),
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  print(name, result, values.json);
  return 0;
}

function print(name: string, { tables = {}, ...result }: BenchResult, json: boolean): void {
  const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`;
  if (json) {
    process.stdout.write(`${JSON.stringify({ bench: name, machine, ...result, ...tables })}\n`);
    return;
  }
  process.stdout.write(`${name}: ${result.setting}\n${machine}\n`);
  console.table(result.rows.map(flat));
  for (const [table, rows] of Object.entries(tables)) {
    process.stdout.write(`${table}\n`);
    console.table(rows.map(flat));
  }
  for (const [figure, value] of Object.entries(result.figures ?? {})) {
    process.stdout.write(`${figure}: ${value ?? 'none'}\n`);
  }
}

/** A figure with parts takes a column for each. */
function flat(row: BenchRow): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([column, value]) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([part, own]) => [`${column} ${part}`, own] as const)
        : [[column, value] as const],
    ),
  );
}
