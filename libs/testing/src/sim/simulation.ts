import { createHash } from 'node:crypto';
import { MemorySignalStore } from '@recloser/backbone';
import { DEFAULT_POLICY } from '@recloser/core';
import { ApiNode } from './api-node.js';
import { type Shared, SimBus } from './process.js';
import { WorkerNode } from './worker-node.js';
import { Dependency } from './dependency.js';
import { BREAKER, type CallRecord, type Priority, SimInstance } from './instance.js';
import { Monitor, type Violation } from './invariants.js';
import { Network } from './network.js';
import { opensPart } from './parts.js';
import { Random } from './random.js';
import { planFaults } from './scenario.js';
import type { PlaneFinding } from './plane/finding.js';
import { Scheduler } from './scheduler.js';
import { type Committed, SimDatabase } from './sim-database.js';
import { SimOpenings } from './sim-openings.js';
import type { Tamper, World } from './world.js';

/** Leases as the hub hands them out, in ms. */
export const LEASE_MS = 10_000;
const CHECK_MS = 500;
const ACCOUNTS = 500;
const SPREAD_MS = 2_000;
/** Closed for so long without a change, a run is over: what is calm stays so for as long as one likes to look. */
const QUIET_MS = 30_000;
const LOOK_MS = 1_000;
const ZONES = ['eu-1a', 'eu-1b', 'eu-1c'];
/** Any whole multiple of a second will do: times are of the stores' clock. */
export const EPOCH_MS = 1_760_000_000_000;

export interface SimulationOptions {
  readonly seed: number;
  readonly instances: number;
  /** Over the whole fleet. */
  readonly callsPerSecond?: number;
  /** No instance has a socket: all of them poll. */
  readonly polling?: boolean;
  /** Faults happen within this time, in ms; after it everything is healed. */
  readonly troubleMs?: number;
  /** By then everything must have closed again, in ms after the healing; calm for 30 s, it ends sooner. */
  readonly recoveryMs?: number;
  /** What goes wrong; by default it is drawn from the seed. */
  readonly plan?: (world: World, untilMs: number) => void;
  readonly tamper?: Tamper;
  /** Breakers beside the one that is watched, each with the same policy; none by default. */
  readonly moreBreakers?: readonly string[];
  /** How important a call for an account is; by default no call says it. */
  readonly priorityOf?: (account: string) => Priority;
}

export interface SimulationResult {
  readonly seed: number;
  /** Events of the simulated world. */
  readonly events: number;
  readonly calls: number;
  readonly changes: number;
  /** Of the whole fleet. */
  readonly trips: number;
  /** Of parts of it. */
  readonly partTrips: number;
  /** From the healing to the last closing, in ms; null: nothing had to be closed. */
  readonly recoveredMs: number | null;
  readonly violations: readonly Violation[];
  /** Of everything that was decided: the same seed gives the same. */
  readonly digest: string;
  /** Only of a drawn trouble: what it came to. */
  readonly plane?: PlaneFinding;
}

/** Runs one seed from its first event to its last. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const {
    seed,
    troubleMs = 60_000,
    recoveryMs = 240_000,
    plan = planFaults,
    tamper = {},
  } = options;
  const digest = createHash('sha256');
  const { world, monitor } = build(options, (record) => {
    const { at, instance, account, admitted } = record;
    digest.update(`${at} ${instance.name} ${account} ${admitted}\n`);
  });
  const { scheduler, instances, database } = world;
  for (const api of world.apis) api.start();
  for (const worker of world.workers) worker.start();
  for (const instance of instances) {
    scheduler.after(world.random.between(0, SPREAD_MS), () => instance.start());
  }
  const checking = scheduler.every(CHECK_MS, () => monitor.check(instances, LEASE_MS));
  plan(world, troubleMs);
  await scheduler.runUntil(troubleMs);
  heal(world);
  tamper.atHealing?.(world);
  await settle(world, monitor, troubleMs + recoveryMs);
  checking.cancel();
  monitor.check(instances, LEASE_MS);
  monitor.finish(instances);
  for (const { seq, action, at } of database.log) digest.update(`${seq} ${action} ${at}\n`);
  const closed = database.log.findLast(({ after }) => after.state.kind === 'closed');
  const recoveredMs = closed === undefined ? null : closed.at - EPOCH_MS - troubleMs;
  return {
    seed,
    events: scheduler.ran,
    calls: world.dependency.calls,
    changes: database.log.length,
    trips: database.log.filter(isTrip).length,
    partTrips: database.log.filter(({ before, after }) => opensPart(before, after)).length,
    recoveredMs: recoveredMs !== null && recoveredMs > 0 ? recoveredMs : null,
    violations: monitor.violations,
    digest: digest.digest('hex').slice(0, 16),
  };
}

/** Runs until everything has been closed for a while, or until `untilMs`. */
async function settle(
  { scheduler, instances, database }: World,
  monitor: Monitor,
  untilMs: number,
): Promise<void> {
  let settledAt = Number.POSITIVE_INFINITY;
  let seq = database.seq;
  while (scheduler.now < untilMs && scheduler.now - settledAt < QUIET_MS) {
    await scheduler.runUntil(Math.min(untilMs, scheduler.now + LOOK_MS));
    const isSettled = seq === database.seq && monitor.unsettled(instances).length === 0;
    if (!isSettled) settledAt = Number.POSITIVE_INFINITY;
    else if (settledAt > scheduler.now) settledAt = scheduler.now;
    seq = database.seq;
  }
}

/** The whole fleet's breaker was closed, and is open. */
export function isTrip({ before, after }: Committed): boolean {
  return before.state.kind === 'closed' && after.state.kind === 'open';
}

function heal(world: World): void {
  world.network.healAll();
  world.dependency.health = { kind: 'healthy' };
  world.dependency.badInstances.clear();
  for (const process of [...world.apis, ...world.workers, ...world.instances]) process.start();
}

/** The world of one seed, in which nothing has started yet, and who watches it. */
export function build(
  options: SimulationOptions,
  onCall: (record: CallRecord) => void,
): { readonly world: World; readonly monitor: Monitor } {
  const { seed, instances: count, callsPerSecond = 200, polling = false } = options;
  const { tamper = {}, moreBreakers = [] } = options;
  const random = new Random(seed);
  const { shared: stores, clock } = foundation(random, tamper, moreBreakers);
  const { scheduler, network, database, signals } = stores;
  const dependency = new Dependency(scheduler, random.fork());
  const shared: Shared = { ...stores, fleet: count, check: () => dependency.check(clock) };
  const apis = ['api-1', 'api-2'].map((name) => new ApiNode(name, shared));
  const workers = ['worker-1', 'worker-2'].map((name) => new WorkerNode(name, shared));
  const lost: number[] = [];
  const monitor = new Monitor(scheduler, database, dependency, lost, count);
  const parts = { scheduler, network, dependency, apis, ...wantsOf(options) };
  const instances = Array.from(
    { length: count },
    (_, index) =>
      new SimInstance(`instance-${index + 1}`, ZONES[index % ZONES.length] ?? '', {
        ...parts,
        random: random.fork(),
        callsPerSecond: callsPerSecond / count,
        polls: polling,
        onCall: (record) => {
          onCall(record);
          monitor.call(record);
        },
        onEnd: (record, error) => monitor.ended(record, tamper.ended?.(error) ?? error),
      }),
  );
  const world = {
    scheduler,
    network,
    random,
    dependency,
    database,
    loseSignals: () => {
      lost.push(clock());
      signals.clear();
    },
    openings: stores.openings,
    apis,
    workers,
    instances,
  };
  return { world, monitor };
}

/** Which calls an instance makes. */
const wantsOf = ({ moreBreakers = [], priorityOf }: SimulationOptions) => ({
  accounts: ACCOUNTS,
  breakers: [BREAKER, ...moreBreakers],
  priorityOf: priorityOf ?? null,
});

/** Time, network and stores, each a little different with every seed. */
export function foundation(
  random: Random,
  tamper: Tamper = {},
  moreBreakers: readonly string[] = [],
): { readonly shared: Shared; readonly clock: () => number } {
  const scheduler = new Scheduler();
  const network = new Network(scheduler, random.fork(), {
    delayMs: random.between(0.5, 15),
    lostHints: random.between(0, 0.3),
    doubledHints: random.between(0, 0.2),
  });
  // Stores have clocks of their own.
  const skew = Math.round(random.between(-300, 300));
  const clock = (): number => Math.floor(EPOCH_MS + scheduler.now);
  const database = new SimDatabase(clock, random.fork().next, tamper.commit, tamper.isAudited);
  for (const key of [BREAKER, ...moreBreakers]) database.create(key, DEFAULT_POLICY);
  const signals = new MemorySignalStore(() => clock() + skew);
  tamper.signals?.(signals);
  const shared: Shared = {
    scheduler,
    network,
    random: random.fork(),
    database,
    signals,
    bus: new SimBus(network),
    openings: new SimOpenings(database.keys),
    tamperFrame: tamper.frame ?? ((text) => text),
  };
  return { shared, clock };
}
