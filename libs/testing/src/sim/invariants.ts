import {
  cohortBucket,
  DEFAULT_POLICY,
  livePartitions,
  placeByPriority,
  viewForInstance,
  type Policy,
  type TransitionCause,
} from '@recloser/core';
import { isCallTimeout, isCircuitOpen } from '@recloser/sdk';
import { type Dependency, DependencyFailure } from './dependency.js';
import { BREAKER, type CallRecord, type SimInstance } from './instance.js';
import { RAMP_INVARIANTS, RampWatch } from './ramp-watch.js';
import { LOAD_INVARIANTS, OPENINGS_INVARIANTS, PLANE_INVARIANTS } from './plane/finding.js';
import { PriorityWatch } from './priority-watch.js';
import { isNextStep, type PartChange, partsChanged, permitsIn, roundIn, stepOf } from './parts.js';
import type { Scheduler } from './scheduler.js';
import { TAKEOVER_INVARIANTS, TakeoverWatch } from './takeover-watch.js';
import type { Committed, SimDatabase } from './sim-database.js';

/** What must hold in every run. */
export const INVARIANTS = [
  'never in the way',
  'no more than commanded',
  'same accounts',
  'one probe per fleet',
  'lease',
  'never stale in silence',
  'no step skipped',
  'outcomes belong to a version',
  'trips have a cause',
  'one audit row per change',
  'an edit keeps the state',
  'cool-down is kept',
  'changes in order',
  'everything closes',
  'a part opens only itself',
  ...RAMP_INVARIANTS,
  ...TAKEOVER_INVARIANTS,
  ...PLANE_INVARIANTS,
  ...LOAD_INVARIANTS,
  ...OPENINGS_INVARIANTS,
] as const;
export type Invariant = (typeof INVARIANTS)[number];

export interface Violation {
  readonly invariant: Invariant;
  readonly atMs: number;
  readonly detail: string;
}

/** A lease, a ping that is due, and the way there. */
const LEASE_SLACK_MS = 1_500;
/** How long a node vouches for what it has heard before it finds that it hears nothing any more. */
const FEED_SLACK_MS = 7_000;
/** Of the instances; most of them would be the fleet. */
const MINORITY = 0.4;
/** Longest that a step or a window looks back, a stalled call, and the way of its count. */
const CAUSE_MS = DEFAULT_POLICY.recovery.lowTrafficMaxMs + 5_000;

/** What opens a breaker because of counted calls. */
const BY_COUNTS: ReadonlySet<TransitionCause> = new Set([
  'excess_failures',
  'excess_slow',
  'consecutive',
]);

/** Watches a run from outside: from what the dependency, the instances and the log of changes saw. */
export class Monitor {
  readonly violations: Violation[] = [];
  #checkedLog = 0;
  readonly #probes = new Map<number, number>();
  /** Calls that had cause to fail, with the version under which they were admitted. */
  readonly #sick: {
    readonly at: number;
    readonly version: number | null;
    /** It was the dependency, and not only some of the instances. */
    readonly shared: boolean;
  }[] = [];
  readonly #ramps: RampWatch;
  readonly #takeovers: TakeoverWatch;
  readonly #priorities = new PriorityWatch();
  readonly #seqs = new Map<SimInstance, { life: number; seq: number }>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly database: SimDatabase,
    private readonly dependency: Dependency,
    /** When the signal store was emptied: it does not know any more which permits it has given out. */
    private readonly losses: readonly number[],
    /** In the fleet. */
    private readonly size: number,
  ) {
    this.#ramps = new RampWatch(database, dependency, (invariant, detail) =>
      this.#report(invariant, detail),
    );
    this.#takeovers = new TakeoverWatch(database, (detail) =>
      this.#report('what instances decided alone is taken over', detail),
    );
  }

  /** Looks at one decision of one SDK. */
  call(record: CallRecord): void {
    const { instance, seq, admitted, version } = record;
    if (record.breaker !== BREAKER) return;
    if (admitted && this.dependency.isSick(instance.name)) {
      const { isShared } = this.dependency;
      this.#sick.push({ at: this.database.now(), version, shared: isShared });
    }
    if (seq === null || record.takenOver) return;
    const whole = this.database.viewAt(BREAKER, seq);
    const view = viewForInstance(whole, instance.place);
    const probing = view.state === 'probing';
    if (admitted) this.#ramps.admitted(record, view, this.size);
    const isLimited = view.state === 'ramping' && view.maxRps !== undefined;
    const { account, priority } = record;
    const isIn = placeByPriority(cohortBucket(view.salt, account), priority) < view.admission;
    const unfair = priority === undefined ? null : this.#priorities.call(record, view);
    if (unfair !== null) this.#report('more important calls come first', unfair);
    if (admitted && probing) {
      this.#probe(view.version);
    } else if (admitted && !isIn) {
      this.#report(
        'no more than commanded',
        `${instance.name} admitted ${record.account} at ${view.state} ${view.admission} (seq ${seq})`,
      );
    }
    // One that has decided alone holds back more until the fleet decides anew.
    if (!admitted && isIn && !isLimited && !instance.hasTakenOver) {
      this.#report(
        'same accounts',
        `${instance.name} rejected ${record.account} at ${view.state} ${view.admission} (seq ${seq})`,
      );
    }
  }

  ended({ instance }: CallRecord, error: unknown): void {
    if (error === undefined || isCircuitOpen(error)) return;
    if (error instanceof DependencyFailure || isCallTimeout(error)) return;
    this.#report(
      'never in the way',
      `${instance.name}: ${error instanceof Error ? error.message : typeof error}`,
    );
  }

  /** Looks at what is true at all times; call it every second or so. */
  check(instances: readonly SimInstance[], leaseMs: number): void {
    const log = this.database.log.slice(this.#checkedLog);
    this.#checkedLog = this.database.log.length;
    for (const entry of log) this.#committed(entry, instances);
    for (const instance of instances) {
      if (instance.alive) this.#instance(instance, leaseMs);
    }
    this.#takeovers.check(instances, this.scheduler.now);
  }

  /** After everything was healed for long enough. */
  finish(instances: readonly SimInstance[]): void {
    for (const detail of this.unsettled(instances)) this.#report('everything closes', detail);
  }

  /** What is not closed, or does not know it. */
  unsettled(instances: readonly SimInstance[]): string[] {
    const breaker = this.database.find(BREAKER);
    const left = livePartitions(breaker).map(
      ({ scope, state }) => `${scope.kind} ${scope.value} is ${state.kind}`,
    );
    if (breaker.state.kind !== 'closed') left.push(`the breaker is ${breaker.state.kind}`);
    for (const instance of instances) {
      const { seq, connected, takenOver } = instance.recloser.status();
      const isFine = connected && !takenOver && seq === this.database.seq;
      if (isFine && instance.breaker.allows({ accountId: 'anyone' })) continue;
      left.push(
        `${instance.name}: connected ${connected}, seq ${seq} of ${this.database.seq}, taken over ${takenOver}`,
      );
    }
    return left;
  }

  #probe(version: number): void {
    const calls = (this.#probes.get(version) ?? 0) + 1;
    this.#probes.set(version, calls);
    const begun = this.database.log.filter(({ before, after }) => {
      if (after.key !== BREAKER) return false;
      const round = roundIn(after, version);
      return round !== null && round !== roundIn(before, version);
    });
    const permits = begun.map((entry) => permitsIn(entry, version));
    const since = begun[0]?.at ?? 0;
    const lost = this.losses.filter((at) => at >= since).length * Math.max(0, ...permits);
    const most = permits.reduce((sum, own) => sum + own, lost);
    if (calls > most) {
      this.#report('one probe per fleet', `${calls} probes, and ${permits.join(' + ')} permits`);
    }
  }

  #instance(instance: SimInstance, leaseMs: number): void {
    const { seq, takenOver } = instance.recloser.status();
    const silentMs = this.scheduler.now - instance.renewedAt;
    if (seq !== null && silentMs > leaseMs + LEASE_SLACK_MS && !takenOver) {
      this.#report('lease', `${instance.name} still follows after ${silentMs} ms of silence`);
    }
    if (seq === null) return;
    const before = this.#seqs.get(instance);
    const sameLife = before?.life === instance.life;
    if (sameLife && seq < before.seq) {
      this.#report('changes in order', `${instance.name} went from ${before.seq} to ${seq}`);
    }
    this.#seqs.set(instance, { life: instance.life, seq });
    const missed = this.database.log.find((entry) => entry.seq > seq);
    const staleMs = missed === undefined ? 0 : this.database.now() - missed.at;
    if (!takenOver && staleMs > leaseMs + FEED_SLACK_MS) {
      this.#report(
        'never stale in silence',
        `${instance.name} misses seq ${seq + 1} for ${staleMs} ms`,
      );
    }
    const { version } = instance.breaker.stats();
    const expected = viewForInstance(this.database.viewAt(BREAKER, seq), instance.place).version;
    if (version !== null && version !== expected) {
      this.#report(
        'changes in order',
        `${instance.name} has v${version} at seq ${seq}, not v${expected}`,
      );
    }
  }

  #committed(entry: Committed, instances: readonly SimInstance[]): void {
    const { before, after, actor, seq } = entry;
    if (!this.database.audited.includes(seq)) {
      this.#report('one audit row per change', `seq ${seq} (${entry.action}) has none`);
    }
    if (after.key !== BREAKER) return;
    if (entry.action === 'breaker.edit') {
      const same = before.version === after.version && before.state === after.state;
      if (!same) this.#report('an edit keeps the state', `seq ${seq}`);
      return;
    }
    this.#ramps.committed(entry);
    if (actor.kind !== 'system') return;
    for (const changed of partsChanged(before, after)) {
      const [from, to] = [changed.before.state, changed.after.state];
      if (!isNextStep(from, to, before.policy.recovery)) {
        this.#report('no step skipped', `${changed.name}: ${stepOf(from)} → ${stepOf(to)}`);
      }
      this.#coolDown(changed, before.policy, entry.at);
      this.#cause(changed, entry);
    }
    this.#blast(entry, instances);
  }

  #coolDown({ before, after, cause }: PartChange, policy: Policy, at: number): void {
    const { coolDownMs, coolDownMaxMs } = policy.recovery;
    const { state } = after;
    // One that was held open has rested as long as it was held.
    const isNew = before.state.kind !== 'open';
    if (isNew && state.kind === 'open' && state.coolDownEndsAt !== null) {
      const least = Math.min(coolDownMaxMs, coolDownMs * 2 ** state.relapses);
      // What instances had opened by themselves has rested since then.
      const openedAt = cause === 'local_openings' ? state.outageStartedAt : at;
      // A probe that took long to fail has waited since it was asked for.
      const from =
        before.state.kind === 'probing' && cause === 'probe_failed'
          ? before.state.roundStartedAt
          : openedAt;
      if (state.coolDownEndsAt - from < least - 1) {
        this.#report('cool-down is kept', `${state.coolDownEndsAt - from} ms, at least ${least}`);
      }
    }
    if (before.state.kind === 'open' && state.kind === 'probing') {
      const { coolDownEndsAt } = before.state;
      if (coolDownEndsAt === null || at < coolDownEndsAt) {
        this.#report('cool-down is kept', `probed ${(coolDownEndsAt ?? 0) - at} ms early`);
      }
    }
  }

  #cause({ before, cause, name }: PartChange, entry: Committed): void {
    const { version } = before;
    const had = this.#sick.some(
      (call) => call.version === version && call.at >= entry.at - CAUSE_MS,
    );
    if (had) return;
    if (cause === 'step_failed') {
      this.#report('outcomes belong to a version', `no call of v${version} could fail`);
    } else if (cause !== undefined && BY_COUNTS.has(cause)) {
      this.#report('trips have a cause', `${name}: nothing was wrong for ${CAUSE_MS} ms`);
    }
  }

  /** What only a minority of the instances suffers from must not open the breaker for the others. */
  #blast({ before, after, at }: Committed, instances: readonly SimInstance[]): void {
    if (before.state.kind !== 'closed' || after.state.kind !== 'open') return;
    // Parts whose fault is over may not be back yet when the next one fails.
    const cut = instances.filter(
      ({ name, place }) =>
        this.dependency.badInstances.has(name) ||
        livePartitions(before).some(({ scope }) => place[scope.kind] === scope.value),
    );
    const widened = after.last?.evidence.cause === 'scope_widened';
    if (widened && cut.length * 2 > instances.length) return;
    const alone = after.last?.evidence.cause === 'local_openings';
    const from = alone ? after.state.outageStartedAt : at;
    const shared = this.#sick.some((call) => call.shared && call.at >= from - CAUSE_MS);
    if (!shared && this.dependency.mostBadShare <= MINORITY) {
      this.#report('a part opens only itself', `the fleet opened, and only a part of it was bad`);
    }
  }

  #report(invariant: Invariant, detail: string): void {
    this.violations.push({ invariant, atMs: this.scheduler.now, detail });
  }
}
