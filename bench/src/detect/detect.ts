import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_POLICY, type Policy } from '@recloser/core';
import { Dependency, figuresOf, Fleet, Ledger } from '@recloser/example-fleet';
import { integersOf, type Bench, type BenchOptions } from '../bench.js';
import { startPlane, type Plane } from '../sockets/plane.js';

const CALLS_PER_SECOND = 400;
const TIMEOUT_MS = 1_500;
const WARM_UP_MS = 4_000;
/** How long the dependency stays dead: wasted calls are counted over this whole time. */
const DEAD_MS = 12_000;
const OPOSSUM = fileURLToPath(new URL('./opossum-service.js', import.meta.url));

type Death = 'errors' | 'hang';
const ARMS = ['recloser on Postgres', 'recloser on Redis', 'opossum'] as const;
type Arm = (typeof ARMS)[number];

interface Row {
  readonly arm: Arm;
  readonly instances: number;
  readonly death: Death;
  readonly detectMs: number | null;
  readonly reactMs: number | null;
  readonly wastedCalls: number;
}

const policy: Policy = {
  ...DEFAULT_POLICY,
  call: { ...DEFAULT_POLICY.call, timeoutMs: TIMEOUT_MS },
};

/** One death of the dependency under one arm. */
async function measure(
  arm: Arm,
  instances: number,
  death: Death,
  plane: Plane | null,
): Promise<Row> {
  const ledger = new Ledger(
    Array.from({ length: instances }, (_, index) => `instance-${index + 1}`),
  );
  const dependency = await Dependency.start(ledger);
  const breaker = `${death}-${instances}`;
  await plane?.control.createBreaker(breaker, policy);
  const fleet = new Fleet(ledger, {
    url: plane?.sdkUrl ?? '',
    sdkKey: plane?.sdkKey ?? '',
    ...(plane === null ? { script: OPOSSUM } : {}),
    service: 'bench',
    breaker,
    dependencyPort: dependency.port,
    callsPerSecond: CALLS_PER_SECOND / instances,
    accounts: 500,
    timeoutMs: TIMEOUT_MS,
  });
  try {
    await fleet.start(() => undefined);
    fleet.begin();
    await pause(WARM_UP_MS);
    dependency.set(death);
    await pause(DEAD_MS);
    const { detectMs, reactMs, wastedCalls } = figuresOf(ledger, policy, 0);
    return {
      arm,
      instances,
      death,
      detectMs,
      reactMs: plane === null ? null : reactMs,
      wastedCalls,
    };
  } finally {
    await fleet.stop();
    await dependency.stop();
  }
}

async function run(options: BenchOptions): Promise<Row[]> {
  const sizes = integersOf(options, 'instances', '5,20,50', 1, 100);
  const rows: Row[] = [];
  for (const arm of ARMS) {
    const plane = arm === 'opossum' ? null : await startPlane(arm === 'recloser on Redis');
    try {
      for (const instances of sizes) {
        for (const death of ['errors', 'hang'] as const) {
          options.progress(`${arm}: ${instances} instances, ${death}`);
          rows.push(await measure(arm, instances, death, plane));
        }
      }
    } finally {
      await plane?.stop();
    }
  }
  return rows;
}

export const detect: Bench = {
  summary: 'How soon a dead dependency is blocked on every instance, and what it costs until then.',
  options: { instances: 'fleet sizes to measure (5,20,50)' },
  run: async (options) => {
    const rows = await run(options);
    return {
      setting: `${CALLS_PER_SECOND} calls/s over the whole fleet, default policy, time-out ${TIMEOUT_MS} ms, dead for ${DEAD_MS / 1000} s`,
      rows: rows.map((row) => ({ ...row })),
    };
  },
};
