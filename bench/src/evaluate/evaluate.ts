import { connectBackbone, prepareBackbone, type Backbone } from '@recloser/backbone';
import { createDatabase, migrate, type Database } from '@recloser/db';
import { Evaluator, sweep, type EvaluatorPorts } from '@recloser/evaluator';
import { EmbeddedPostgres, startRedis } from '@recloser/platform';
import { integerOf, integersOf, median, type Bench, type BenchOptions } from '../bench.js';
import { cpuOf, ownCpu } from './cpu.js';
import { decisionMicros } from './decisions.js';
import { INSTANCES, makeBreakers, report } from './fleet.js';

const SLOW_WINDOW_S = 30;
/** What is measured is a worker that has run for some seconds. */
const WARM_UP = 10;
const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Setup {
  readonly store: string;
  /** Of the servers that hold states and signals. */
  readonly pids: readonly number[];
  readonly db: Database;
  readonly backbone: Backbone;
  readonly environmentId: string;
}

/** Its servers live as long as `use` runs. */
async function withPlane<T>(
  redis: boolean,
  breakers: number,
  use: (setup: Setup) => Promise<T>,
): Promise<T> {
  const postgres = await new EmbeddedPostgres().start();
  const cache = redis ? await startRedis() : null;
  const url = postgres.url();
  await migrate(url);
  await prepareBackbone(url);
  const db = createDatabase(url);
  const names = { databaseUrl: url, redisUrl: cache?.url, name: 'bench', log: LOG };
  const backbone = await connectBackbone(names);
  try {
    const environmentId = await makeBreakers(db, url, breakers);
    const pids = [postgres.pid, cache?.pid].filter((pid) => pid !== undefined);
    return await use({ store: redis ? 'Redis' : 'Postgres', pids, db, backbone, environmentId });
  } finally {
    await backbone.close();
    await db.close();
    await cache?.stop();
    await postgres.stop();
  }
}

interface Round {
  readonly wallMs: number;
  readonly workerMs: number;
  readonly storeMs: number | null;
}

/** Everything that is marked, evaluated: as a worker does it every 250 ms, and as often in a row as it takes. */
async function round(setup: Setup, ports: EvaluatorPorts, evaluator: Evaluator): Promise<Round> {
  const start = performance.now();
  const cpu = ownCpu();
  const stores = storesCpu(setup);
  for (let more = true; more;) {
    const swept = await sweep(evaluator, ports);
    if (swept.changes > 0 || swept.failed.length > 0) {
      throw new Error(`A round of healthy calls has changed or failed: ${String(swept.failed[0])}`);
    }
    ({ more } = swept);
  }
  const wallMs = performance.now() - start;
  const workerMs = ownCpu() - cpu;
  const after = storesCpu(setup);
  return { wallMs, workerMs, storeMs: stores === null || after === null ? null : after - stores };
}

function storesCpu({ pids }: Setup): number | null {
  let sum = 0;
  for (const pid of pids) {
    const used = cpuOf(pid);
    if (used === null) return null;
    sum += used;
  }
  return sum;
}

async function measure(setup: Setup, active: number, rounds: number, breakers: number) {
  const { db, backbone, environmentId, store } = setup;
  const { signals, bus } = backbone;
  const ports = { states: db.states, signals, bus, random: () => 0.5 };
  const evaluator = new Evaluator(ports);
  await report(signals, environmentId, active, SLOW_WINDOW_S);
  const all: Round[] = [];
  for (let i = -WARM_UP; i < rounds; i += 1) {
    await report(signals, environmentId, active, 1);
    const one = await round(setup, ports, evaluator);
    if (i >= 0) all.push(one);
  }
  const worker = median(all.map(({ workerMs }) => workerMs));
  // Its clock is coarse: only the mean says something.
  const inStore = all.reduce((sum, { storeMs }) => sum + (storeMs ?? NaN), 0) / all.length;
  return {
    store,
    breakers,
    active,
    wallMs: tenths(median(all.map(({ wallMs }) => wallMs))),
    workerMs: tenths(worker),
    storeMs: Number.isNaN(inStore) ? null : tenths(inStore),
    workerPerBreakerUs: tenths((worker / active) * 1_000),
  };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

async function measureStore(redis: boolean, options: BenchOptions) {
  const breakers = integerOf(options, 'breakers', 10_000, 100, 100_000);
  const counts = integersOf(options, 'active', '100,1000,10000', 1, breakers);
  const rounds = integerOf(options, 'rounds', 20, 1, 1_000);
  return withPlane(redis, breakers, async (setup) => {
    const rows = [];
    for (const active of counts) {
      options.progress(`${setup.store}: ${active} of ${breakers} breakers active`);
      rows.push(await measure(setup, active, rounds, breakers));
    }
    return rows;
  });
}

export const evaluate: Bench = {
  summary: 'What one evaluation of all active breakers takes, on Postgres and on Redis.',
  options: {
    breakers: 'in the environment (10000)',
    active: 'of which active (100,1000,10000)',
    rounds: 'of each, of which the median counts (20)',
  },
  run: async (options) => {
    const rows = [...(await measureStore(false, options)), ...(await measureStore(true, options))];
    return {
      setting:
        `${INSTANCES} reporting instances each, 2% of the calls fail; a round takes the marks, loads, sums both ` +
        'windows, decides; CPU of the worker (median) and of the stores (mean)',
      rows,
      figures: decisionMicros(INSTANCES),
    };
  },
};
