import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_POLICY, type Policy } from '@recloser/core';
import { Dependency, Fleet, Ledger, zoneOf } from '@recloser/example-fleet';
import { integerOf, UsageError, type Bench, type BenchOptions } from '../bench.js';
import { ARMS, type Arm } from '../clients/clients.js';
import { startPlane, type Plane } from '../sockets/plane.js';
import { CASES, LOAD, SHARDS, type Case } from './cases.js';
import { blastOf, type Wanted } from './outcome.js';

/** As long as the windows of the peers are, so that they have seen what is usual. */
const WARM_UP_MS = 10_000;
/** The first calls of three fleets at once would only wait for each other. */
const APART_MS = 1_500;
const BREAKERS = ARMS.filter((arm) => arm !== 'no breaker');
const path = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

const policy: Policy = {
  ...DEFAULT_POLICY,
  call: { ...DEFAULT_POLICY.call, timeoutMs: LOAD.timeoutMs },
};

/** A fleet of one arm with a dependency of its own. */
interface Stage {
  readonly arm: Arm;
  readonly ledger: Ledger;
  readonly dependency: Dependency;
  readonly fleet: Fleet;
}

async function setUp(arm: Arm, { name, fault }: Case, names: readonly string[], plane: Plane) {
  const ledger = new Ledger(names);
  const dependency = await Dependency.start(ledger, path('dependency-process'), [
    JSON.stringify(fault),
  ]);
  const fleet = new Fleet(ledger, {
    url: plane.sdkUrl,
    sdkKey: plane.sdkKey,
    script: path('client-process'),
    service: arm,
    breaker: name,
    dependencyPort: dependency.port,
    callsPerSecond: LOAD.callsPerSecond,
    accounts: LOAD.accounts,
    timeoutMs: LOAD.timeoutMs,
  });
  return { arm, ledger, dependency, fleet };
}

/** One fault under all arms at the same time, so that whatever else the machine does happens to all of them. */
async function measure(one: Case, names: readonly string[], plane: Plane) {
  const stages: Stage[] = [];
  try {
    await plane.control.createBreaker(one.name, policy);
    for (const arm of BREAKERS) stages.push(await setUp(arm, one, names, plane));
    for (const { fleet } of stages) await fleet.start(() => undefined);
    for (const { fleet } of stages) {
      fleet.begin();
      await pause(APART_MS);
    }
    await pause(WARM_UP_MS);
    for (const { dependency } of stages) dependency.set('errors');
    await pause(one.faultMs);
    for (const { dependency } of stages) dependency.set('healthy');
    await pause(one.afterMs + 2 * LOAD.timeoutMs);
  } finally {
    await Promise.all(
      stages.map(async ({ fleet, dependency }) => {
        await fleet.stop();
        await dependency.stop();
      }),
    );
  }
  return stages.map((stage) => rowOf(one, stage));
}

function rowOf({ name, fault, afterMs }: Case, { arm, ledger }: Stage) {
  const { diedAt: faultAt, revivedAt: healedAt } = ledger;
  if (faultAt === null || healedAt === null) throw new Error('The dependency was never faulty.');
  const times = { faultAt, healedAt, until: healedAt + afterMs };
  const { healthyRejected, blockedAtFaultS, blockedOthersS, ...figures } = blastOf(
    wantedOf(ledger),
    fault,
    times,
  );
  return {
    case: name,
    arm,
    healthyRejectedPercent: healthyRejected === null ? null : rounded(healthyRejected * 100),
    blockedAtFaultS: rounded(blockedAtFaultS),
    blockedOthersS: rounded(blockedOthersS),
    ...figures,
  };
}

function wantedOf({ calls, rejections, instances }: Ledger): Wanted[] {
  const zones = new Map(instances.map((instance, index) => [instance, zoneOf(index)]));
  const callerOf = (instance: string, account: number | null) => {
    return { instance, zone: zones.get(instance) ?? '', account: account ?? -1 };
  };
  return [
    ...calls.map(({ instance, account, start, result }): Wanted => {
      const outcome = result === 'ok' ? 'ok' : 'failed';
      return { ...callerOf(instance, account), at: start, result: outcome };
    }),
    ...rejections.map(({ instance, account, at }): Wanted => {
      return { ...callerOf(instance, account), at, result: 'rejected' };
    }),
  ];
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

function casesOf({ values }: BenchOptions): readonly Case[] {
  const wanted = values['case']?.split(',') ?? CASES.map(({ name }) => name);
  return wanted.map((name) => {
    const found = CASES.find((one) => one.name === name);
    if (found) return found;
    throw new UsageError(`--case takes some of ${CASES.map((one) => one.name).join(', ')}.`);
  });
}

async function run(options: BenchOptions) {
  const instances = integerOf(options, 'instances', 6, 6, 30);
  const names = Array.from({ length: instances }, (_, index) => `instance-${index + 1}`);
  const cases = casesOf(options);
  const plane = await startPlane(false);
  try {
    const rows = [];
    for (const one of cases) {
      const seconds = (WARM_UP_MS + one.faultMs + one.afterMs) / 1_000;
      options.progress(`${one.name}: ${seconds} s with ${instances} instances in each arm`);
      rows.push(...(await measure(one, names, plane)));
    }
    return { instances, rows };
  } finally {
    await plane.stop();
  }
}

export const blastRadius: Bench = {
  summary: 'Whom breakers block when only a part fails, or only for a moment.',
  options: {
    instances: 'processes in the fleet of each arm, in three zones (6)',
    case: `only these: ${CASES.map(({ name }) => name).join(',')}`,
  },
  run: async (options) => {
    const { instances, rows } = await run(options);
    return {
      setting:
        `${instances} instances in 3 zones, ${LOAD.callsPerSecond} calls/s each from ${LOAD.accounts} accounts on ${SHARDS} shards, ` +
        `time-out ${LOAD.timeoutMs} ms, no retries; all arms at the same time, each with a dependency of its own`,
      rows,
    };
  },
};
