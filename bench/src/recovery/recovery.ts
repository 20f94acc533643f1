import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_POLICY } from '@recloser/core';
import { Dependency, Fleet, Ledger } from '@recloser/example-fleet';
import { integerOf, type Bench, type BenchOptions } from '../bench.js';
import { ARMS, type Arm } from '../clients/clients.js';
import { startPlane, type Plane } from '../sockets/plane.js';
import { DEPENDENCY, LOAD } from './messages.js';
import { recoveryOf } from './outcome.js';

const BREAKER = 'cold';
const WARM_UP_MS = 4_000;
const path = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

interface Times {
  readonly deadMs: number;
  readonly watchMs: number;
}

/** One outage of the dependency, and its return with an empty cache, under one arm. */
async function measure(arm: Arm, instances: number, times: Times, plane: Plane | null) {
  const names = Array.from({ length: instances }, (_, index) => `instance-${index + 1}`);
  const ledger = new Ledger(names);
  const dependency = await Dependency.start(ledger, path('dependency-process'));
  await plane?.control.createBreaker(BREAKER, DEFAULT_POLICY);
  const fleet = new Fleet(ledger, {
    url: plane?.sdkUrl ?? '',
    sdkKey: plane?.sdkKey ?? '',
    script: path('client-process'),
    service: arm,
    breaker: BREAKER,
    dependencyPort: dependency.port,
    callsPerSecond: LOAD.callsPerSecond / instances,
    accounts: LOAD.accounts,
    timeoutMs: LOAD.timeoutMs,
  });
  try {
    await fleet.start(() => undefined);
    fleet.begin();
    await pause(WARM_UP_MS);
    dependency.set('errors');
    await pause(times.deadMs);
    dependency.set('cold');
    await pause(times.watchMs + LOAD.timeoutMs * (LOAD.retries + 2));
  } finally {
    await fleet.stop();
    await dependency.stop();
  }
  if (ledger.revivedAt === null) throw new Error('The dependency never came back.');
  const { fullMs, collapses, served, failed } = recoveryOf(
    ledger.calls,
    ledger.revivedAt,
    times.watchMs,
    LOAD.callsPerSecond,
  );
  return { arm, fullRecoveryMs: fullMs, collapses, served, failed };
}

async function run(options: BenchOptions) {
  const instances = integerOf(options, 'instances', 10, 2, 50);
  const deadMs = 1_000 * integerOf(options, 'dead', 10, 1, 600);
  const watchMs = 1_000 * integerOf(options, 'watch', 60, 10, 600);
  const rows = [];
  for (const arm of ARMS) {
    options.progress(`${arm}: dead for ${deadMs / 1_000} s, then watched for ${watchMs / 1_000} s`);
    const plane = arm === 'recloser' ? await startPlane(false) : null;
    try {
      rows.push(await measure(arm, instances, { deadMs, watchMs }, plane));
    } finally {
      await plane?.stop();
    }
  }
  return rows;
}

export const recovery: Bench = {
  summary:
    'How a retrying fleet comes back to a dependency with a cold cache, with and without breakers.',
  options: {
    instances: 'processes in the fleet (10)',
    dead: 'seconds for which the dependency is dead (10)',
    watch: 'seconds for which its return is watched (60)',
  },
  run: async (options) => {
    const { workers, hitMs, missMs, queue } = DEPENDENCY;
    return {
      setting:
        `${LOAD.callsPerSecond} calls/s from ${LOAD.accounts} accounts, time-out ${LOAD.timeoutMs} ms, ` +
        `${LOAD.retries} retries; ${workers} workers, ${hitMs} ms from the cache and ${missMs} ms without, queue ${queue}`,
      rows: await run(options),
    };
  },
};
