import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_POLICY } from '@recloser/core';
import { Dependency, Fleet, Ledger } from '@recloser/example-fleet';
import { ARMS, type Arm } from '../clients/clients.js';
import { recoveryOf } from '../recovery/outcome.js';
import type { Plane } from '../sockets/plane.js';
import { costOf, servedAgainAfterS, type OutageTimes, type Wanted } from './cost.js';
import { COLD_LOAD, PROCESSES, WARM_LOAD, type Mode, type Temperature } from './setting.js';

/** As long as the windows of the peers are, so that they have seen what is usual. */
const WARM_UP_MS = 10_000;
/** The first calls of all fleets at once would only wait for each other. */
const APART_MS = 1_000;
const LOOK_MS = 1_000;
const path = (name: string): string => fileURLToPath(new URL(`../${name}.js`, import.meta.url));

/** One outage. */
export interface Case {
  readonly mode: Mode;
  readonly dependency: Temperature;
  readonly outageS: number;
  readonly instances: number;
  readonly watchMs: number;
  /** Also says what became of the calls of each second. */
  readonly timeline: boolean;
}

/** A fleet of one arm with a dependency of its own. */
interface Stage {
  readonly arm: Arm;
  readonly ledger: Ledger;
  readonly dependency: Dependency;
  readonly fleet: Fleet;
}

const loadOf = ({ dependency }: Case) => (dependency === 'warm' ? WARM_LOAD : COLD_LOAD);
const keyOf = ({ dependency, mode, outageS }: Case): string => `${dependency}-${mode}-${outageS}`;
/** After this every call that began before has ended and was told of. */
function lateMs(one: Case): number {
  const { timeoutMs, retries } = loadOf(one);
  return timeoutMs * (retries + 2);
}

async function setUp(arm: Arm, one: Case, plane: Plane): Promise<Stage> {
  const { callsPerSecond, accounts, timeoutMs } = loadOf(one);
  const names = Array.from({ length: PROCESSES }, (_, index) => `${arm}-${index + 1}`);
  const ledger = new Ledger(names);
  const dependency = await Dependency.start(ledger, path('recovery/dependency-process'));
  const fleet = new Fleet(ledger, {
    url: plane.sdkUrl,
    sdkKey: plane.sdkKey,
    script: path(
      one.dependency === 'warm' ? 'outage-cost/client-process' : 'recovery/client-process',
    ),
    service: arm,
    breaker: keyOf(one),
    dependencyPort: dependency.port,
    instances: one.instances / PROCESSES,
    callsPerSecond: callsPerSecond / PROCESSES,
    accounts,
    timeoutMs,
  });
  return { arm, ledger, dependency, fleet };
}

/** One outage under all arms at the same time, so that whatever else the machine does happens to all of them. */
export async function measureOutage(one: Case, plane: Plane) {
  const stages: Stage[] = [];
  try {
    await plane.control.createBreaker(keyOf(one), DEFAULT_POLICY);
    for (const arm of ARMS) stages.push(await setUp(arm, one, plane));
    for (const { fleet } of stages) await fleet.start(() => undefined);
    for (const { fleet } of stages) {
      fleet.begin();
      await pause(APART_MS);
    }
    await pause(WARM_UP_MS);
    for (const { dependency } of stages) dependency.set(one.mode);
    await pause(one.outageS * 1_000);
    for (const { dependency } of stages) {
      dependency.set(one.dependency === 'warm' ? 'healthy' : 'cold');
    }
    const watchedMs = await watch(stages, one);
    return stages.map((stage) => figuresOf(stage, one, watchedMs));
  } finally {
    await Promise.all(
      stages.map(async ({ fleet, dependency }) => {
        await fleet.stop();
        await dependency.stop();
      }),
    );
  }
}

/** Until all arms serve all calls again, or the watch is over; returns how long that was, in ms. */
async function watch(stages: readonly Stage[], one: Case): Promise<number> {
  const late = lateMs(one);
  for (let watchedMs = LOOK_MS; watchedMs < one.watchMs; watchedMs += LOOK_MS) {
    await pause(LOOK_MS);
    const known = watchedMs - late;
    const areBack = stages.every(({ ledger }) => {
      const times = timesOf(ledger, known);
      return servedAgainAfterS(wantedOf(ledger), times) !== null;
    });
    if (known > 0 && areBack) return known;
  }
  await pause(LOOK_MS + late);
  return one.watchMs;
}

function timesOf({ diedAt, revivedAt }: Ledger, watchedMs: number): OutageTimes {
  if (diedAt === null || revivedAt === null) throw new Error('The dependency did not come back.');
  return { diedAt, revivedAt, until: revivedAt + watchedMs };
}

function wantedOf({ calls, rejections }: Ledger): Wanted[] {
  return [
    ...calls.map(({ start, end, result }): Wanted => {
      return { start, end, result: result === 'ok' ? 'ok' : 'failed' };
    }),
    ...rejections.map(({ at }): Wanted => ({ start: at, end: at, result: 'rejected' })),
  ];
}

function figuresOf({ arm, ledger }: Stage, one: Case, watchedMs: number) {
  const times = timesOf(ledger, watchedMs);
  const wanted = wantedOf(ledger);
  const { callsPerSecond } = loadOf(one);
  const { collapses } = recoveryOf(ledger.calls, times.revivedAt, watchedMs, callsPerSecond);
  const { mode, dependency, outageS } = one;
  const cost = costOf(wanted, times);
  const row = { arm, mode, dependency, outageS, ...cost, reCollapses: collapses };
  return { row, timeline: one.timeline ? timelineOf(wanted, times, row) : [] };
}

const SECOND_MS = 1_000;

function timelineOf(
  wanted: readonly Wanted[],
  { diedAt, revivedAt, until }: OutageTimes,
  { arm, mode, dependency, outageS }: Pick<Case, 'mode' | 'dependency' | 'outageS'> & { arm: Arm },
) {
  const about = { arm, mode, dependency, outageS };
  const from = Math.floor((diedAt - revivedAt) / SECOND_MS);
  const length = Math.ceil((until - revivedAt) / SECOND_MS) - from;
  const seconds = Array.from({ length }, (_, index) => {
    return { ...about, second: from + index, ok: 0, failed: 0, rejected: 0 };
  });
  for (const { start, result } of wanted) {
    const second = seconds[Math.floor((start - revivedAt) / SECOND_MS) - from];
    if (second !== undefined) second[result] += 1;
  }
  return seconds;
}
