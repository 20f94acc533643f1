import { createHash } from 'node:crypto';
import { ADMISSION_ALL, ADMISSION_SIXTEENTH, type Millis } from '@recloser/core';
import { BREAKER, type Priority } from '../instance.js';
import type { Monitor, Violation } from '../invariants.js';
import { Random } from '../random.js';
import { build, EPOCH_MS, LEASE_MS, type SimulationResult } from '../simulation.js';
import type { Committed } from '../sim-database.js';
import type { Tamper, World } from '../world.js';

const CHECK_MS = 500;
const LOOK_MS = 250;
const ARRIVAL_MS = 12_000;
/** Between two changes by load. */
const APART_MS = 1_000;
/** Back from a sixteenth to all by eighths, with the longest wait of a step that had to be taken back. */
const RETURN_MS = 210_000;
const RETRY_AFTER_S = [null, null, 2, 10, 30] as const;

/** One overload of one fleet, as a seed draws it. */
interface Overload {
  readonly instances: number;
  /** That callers want, of the whole fleet. */
  readonly callsPerSecond: number;
  /** Of those: what the dependency accepts, 0…1. */
  readonly accepted: number;
  readonly lastsMs: number;
  /** What its 429s say; null: nothing. */
  readonly retryAfterS: number | null;
  readonly k: number;
}

/** The overload of this seed, with at most this many instances. */
function overloadOf(seed: number, mostInstances: number): Overload {
  const random = new Random(seed ^ 0x51ed270b);
  const retryAfterS = RETRY_AFTER_S[random.below(RETRY_AFTER_S.length)] ?? null;
  return {
    instances: 1 + random.below(Math.min(20, mostInstances)),
    callsPerSecond: Math.round(40 * 10 ** random.next()),
    accepted: random.between(0.05, 0.6),
    lastsMs: Math.round(random.between(20_000, 60_000)),
    retryAfterS,
    k: [1.2, 1.5, 2][random.below(3)] ?? 1.5,
  };
}

export interface OverloadOptions {
  readonly seed: number;
  readonly instances: number;
  readonly overload?: Overload;
  readonly tamper?: Tamper;
}

/** A third of the accounts each is critical, default and batch. */
function priorityOf(account: string): Priority {
  const kinds = ['critical', 'default', 'batch'] as const;
  return kinds[Number(account.replace(/^\D*/, '')) % kinds.length] ?? 'default';
}

/** A fleet with adaptive admission before a dependency that accepts only a part of its calls for a while. */
export async function simulateOverload(options: OverloadOptions): Promise<SimulationResult> {
  const { seed, tamper = {} } = options;
  const overload = options.overload ?? overloadOf(seed, options.instances);
  const { instances, callsPerSecond, accepted, lastsMs, retryAfterS, k } = overload;
  const fleet = { seed, instances, callsPerSecond, tamper, priorityOf };
  const { world, monitor } = build(fleet, () => undefined);
  const { scheduler, dependency, database } = world;
  database.edit(BREAKER, (policy) => ({ ...policy, adaptive: { k } }));
  for (const process of [...world.apis, ...world.workers, ...world.instances]) process.start();
  const checking = scheduler.every(CHECK_MS, () => monitor.check(world.instances, LEASE_MS));
  await scheduler.runUntil(ARRIVAL_MS);
  dependency.health = { kind: 'overload', perSecond: callsPerSecond * accepted, retryAfterS };
  await scheduler.runUntil(ARRIVAL_MS + lastsMs);
  dependency.health = { kind: 'healthy' };
  const bound = RETURN_MS + (retryAfterS ?? 0) * 1_000;
  const returnedMs = await untilClosed(world, monitor, bound);
  checking.cancel();
  monitor.check(world.instances, LEASE_MS);
  const { log } = database;
  const violations = [
    ...monitor.violations,
    ...violationsOf(log, overload),
    ...(returnedMs === null
      ? [violation('an overload ends', scheduler.now, `not within ${bound} ms`)]
      : []),
  ].map((found) => ({ ...found, detail: `${found.detail} (${textOf(overload)})` }));
  const digest = createHash('sha256');
  for (const { seq, action, at } of log) digest.update(`${seq} ${action} ${at}\n`);
  return {
    seed,
    events: scheduler.ran,
    calls: dependency.calls,
    changes: log.length,
    trips: 0,
    partTrips: 0,
    recoveredMs: returnedMs,
    violations,
    digest: digest.digest('hex').slice(0, 16),
  };
}

async function untilClosed({ scheduler, instances }: World, monitor: Monitor, boundMs: number) {
  const from = scheduler.now;
  while (scheduler.now - from <= boundMs) {
    if (monitor.unsettled(instances).length === 0) return scheduler.now - from;
    await scheduler.runUntil(scheduler.now + LOOK_MS);
  }
  return null;
}

/** What the log of changes says about how load has moved the breaker. */
function violationsOf(log: readonly Committed[], { retryAfterS }: Overload): Violation[] {
  const found: Violation[] = [];
  let movedAt: Millis | null = null;
  for (const { at, before, after } of log) {
    const cause = after.last?.evidence.cause;
    if (cause !== 'load_lowered' && cause !== 'load_raised') continue;
    if (before.state === after.state) continue;
    const time = at - EPOCH_MS;
    if (movedAt !== null && at - movedAt < APART_MS) {
      found.push(violation('load moves slowly', time, `${at - movedAt} ms after the last change`));
    }
    movedAt = at;
    const [from, to] = [admissionIn(before.state), admissionIn(after.state)];
    if (to < ADMISSION_SIXTEENTH) {
      found.push(violation('load never closes the door', time, `admission ${to}`));
    }
    const { state } = before;
    const wait = state.kind === 'dimmed' ? state.load?.wait : undefined;
    if (to > from && wait !== undefined && at < wait.until) {
      const early = `raised ${wait.until - at} ms before the end of ${retryAfterS} s`;
      found.push(violation('a wait is kept', time, early));
    }
  }
  return found;
}

function admissionIn(state: Committed['after']['state']): number {
  if (state.kind === 'dimmed') return state.admission;
  return state.kind === 'closed' ? ADMISSION_ALL : 0;
}

const violation = (invariant: Violation['invariant'], atMs: number, detail: string): Violation => ({
  invariant,
  atMs,
  detail,
});

function textOf({
  instances,
  callsPerSecond,
  accepted,
  lastsMs,
  retryAfterS,
  k,
}: Overload): string {
  const asked = retryAfterS === null ? '' : `, Retry-After ${retryAfterS} s`;
  return `${instances} instances, ${callsPerSecond} calls/s, ${Math.round(accepted * 100)}% accepted for ${lastsMs} ms${asked}, K ${k}`;
}
