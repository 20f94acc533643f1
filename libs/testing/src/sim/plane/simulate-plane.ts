import { createHash } from 'node:crypto';
import type { Monitor, Violation } from '../invariants.js';
import { BREAKER, type SimInstance } from '../instance.js';
import type { Committed } from '../sim-database.js';
import { build, EPOCH_MS, isTrip, LEASE_MS, type SimulationResult } from '../simulation.js';
import type { Tamper, World } from '../world.js';
import { opensPart } from '../parts.js';
import { openBoundMs, reasonNotToOpen, returnBoundMs } from './bounds.js';
import type { PlaneFinding } from './finding.js';
import { situationOf, situationText, type Situation } from './situation.js';
import { calmOf, troubleOf } from './trouble.js';

const CHECK_MS = 500;
const LOOK_MS = 250;
/** Connected and heard of. */
const ARRIVAL_MS = 4_000;
const WARM_MS = 32_000;
/** So many calls say nothing more. */
const WARM_FAST_MS = 12_000;
const FAST_CALLS = 400;
const USED_MS = 10_000;
const IDLE_MS = 45_000;
const OUTAGE_MS = 6_000;
const OUTAGE_FROM_CALLS = 20;
const CLOSED_FOR_MS = 500;
const RESTART_MS = 1_000;
/** Closed for so long, it stays so. */
const QUIET_MS = 5_000;

export interface PlaneOptions {
  readonly seed: number;
  /** At most; the seed draws how many. */
  readonly instances: number;
  /** Whatever the seed draws, no instance has a socket. */
  readonly polling?: boolean;
  /** Instead of the one that the seed draws. */
  readonly situation?: Situation;
  readonly tamper?: Tamper;
}

/** One trouble of one fleet, from its first call to its last. */
export async function simulatePlane(options: PlaneOptions): Promise<SimulationResult> {
  const drawn = options.situation ?? situationOf(options.seed, options.instances);
  const situation = options.polling === true ? { ...drawn, polling: true } : drawn;
  const run = new PlaneRun(options.seed, situation, options.tamper ?? {});
  return run.run();
}

class PlaneRun {
  readonly #world: World;
  readonly #monitor: Monitor;
  readonly #violations: Violation[] = [];
  readonly #hit: ReadonlySet<string>;
  #since = 0;

  constructor(
    private readonly seed: number,
    private readonly situation: Situation,
    tamper: Tamper,
  ) {
    const { instances, callsPerSecond, polling } = situation;
    // Those of the second half take the place of others.
    const fleet = { instances: 2 * instances, callsPerSecond: 2 * callsPerSecond, polling };
    const options = { seed, ...fleet, tamper };
    const { world, monitor } = build(options, () => undefined);
    this.#world = world;
    this.#monitor = monitor;
    const zone = world.instances[0]?.place.zone;
    const hit = world.instances.filter(({ place }) => place.zone === zone);
    this.#hit = new Set(hit.map(({ name }) => name));
  }

  async run(): Promise<SimulationResult> {
    const { scheduler, dependency, apis, workers } = this.#world;
    const { answerMs, window } = this.situation;
    dependency.answersIn = [answerMs, 2 * answerMs];
    dependency.health = calmOf(this.situation);
    for (const process of [...apis, ...workers]) process.start();
    const checking = scheduler.every(CHECK_MS, () => this.#monitor.check(this.#alive, LEASE_MS));
    for (const instance of this.#first) {
      instance.isIdle = window === 'new';
      instance.start();
    }
    await this.#prepare();
    this.#replace();
    const finding = await this.#trouble();
    checking.cancel();
    this.#monitor.check(this.#alive, LEASE_MS);
    return this.#result(finding);
  }

  get #alive(): SimInstance[] {
    return this.#world.instances.filter(({ alive }) => alive);
  }

  get #first(): readonly SimInstance[] {
    return this.#world.instances.slice(0, this.situation.instances);
  }

  /** Until the windows have seen what they are to have seen. */
  async #prepare(): Promise<void> {
    const { scheduler } = this.#world;
    const { window, callsPerSecond } = this.situation;
    await this.#pass(ARRIVAL_MS);
    switch (window) {
      case 'new':
        break;
      case 'warm':
        await this.#pass(callsPerSecond >= FAST_CALLS ? WARM_FAST_MS : WARM_MS);
        break;
      case 'idle':
        await this.#pass(USED_MS);
        this.#idle(true);
        await this.#pass(IDLE_MS);
        break;
      case 'just closed':
        await this.#closeAnew();
    }
    this.#idle(false);
    this.#since = scheduler.now;
  }

  /** Opens and closes it: by an outage where there are calls enough, else by hand. */
  async #closeAnew(): Promise<void> {
    const { dependency, database } = this.#world;
    await this.#pass(USED_MS);
    if (this.situation.callsPerSecond < OUTAGE_FROM_CALLS) {
      database.command(BREAKER, { type: 'trip', until: null });
      await this.#pass(CLOSED_FOR_MS);
      database.command(BREAKER, { type: 'ramp.finish' });
    } else {
      dependency.health = { kind: 'errors' };
      await this.#pass(OUTAGE_MS);
      dependency.health = calmOf(this.situation);
      await this.#untilClosed(returnBoundMs(this.situation, OUTAGE_MS));
    }
    await this.#pass(CLOSED_FOR_MS);
  }

  #replace(): void {
    const { instances, change } = this.situation;
    if (change !== 'replaced') return;
    for (let index = 0; index < instances; index += 2) {
      this.#world.instances[index]?.kill();
      this.#world.instances[instances + index]?.start();
    }
  }

  async #trouble(): Promise<PlaneFinding> {
    const { scheduler, dependency, database, random } = this.#world;
    const { situation } = this;
    const { troubleMs, change } = situation;
    const hit = this.#alive.filter(({ name }) => this.#hit.has(name)).length;
    const from = database.log.length;
    dependency.mostBadShare = situation.shape === 'zone' ? hit / situation.instances : 1;
    dependency.health = troubleOf(
      situation,
      (instance) => this.#hit.has(instance),
      () => scheduler.now - this.#since,
    );
    const restarting =
      change === 'restarted'
        ? scheduler.every(RESTART_MS, () => restartOne(this.#first, random.next()))
        : null;
    await this.#pass(troubleMs);
    dependency.health = calmOf(this.situation);
    const healedAt = scheduler.now;
    restarting?.cancel();
    for (const instance of this.#first) if (change === 'restarted') instance.start();
    const bound = returnBoundMs(situation, troubleMs);
    const returnedMs = await this.#untilClosed(bound);
    await this.#pass(QUIET_MS);
    const opened = database.log.slice(from).find(opensByItself);
    const openedMs = opened === undefined ? null : opened.at - EPOCH_MS - this.#since;
    const reason = reasonNotToOpen(situation, hit);
    const latest = openBoundMs(situation);
    const finding: PlaneFinding = {
      situation,
      text: situationText(situation),
      openedMs,
      openBoundMs: latest !== null && latest <= troubleMs ? latest : null,
      mustNotOpen: reason !== null,
      returnedMs,
      returnBoundMs: bound,
    };
    this.#judge(finding, reason, database.log.slice(from), healedAt);
    return finding;
  }

  #judge(
    { openedMs, openBoundMs: latest, returnedMs, returnBoundMs: bound }: PlaneFinding,
    reason: ReturnType<typeof reasonNotToOpen>,
    log: readonly Committed[],
    healedAt: number,
  ): void {
    if (reason !== null && openedMs !== null) {
      this.#report(reason, `opened after ${Math.round(openedMs)} ms`);
    }
    const isPart = ({ before, after }: Committed): boolean => opensPart(before, after);
    if (reason === 'a blip opens nothing' && log.some(isPart)) {
      this.#report(reason, 'a part of the fleet opened');
    }
    if (latest !== null && (openedMs === null || openedMs > latest)) {
      const when = openedMs === null ? 'never' : `after ${Math.round(openedMs)} ms`;
      this.#report('a death opens in time', `opened ${when}, and had ${Math.round(latest)} ms`);
    }
    if (returnedMs === null) {
      const left = this.#monitor.unsettled(this.#alive).slice(0, 2).join('; ');
      const since = Math.round(this.#world.scheduler.now - healedAt);
      this.#report(
        'a healthy dependency is reached again',
        `not within ${Math.round(bound)} ms: ${left} after ${since} ms`,
      );
    }
  }

  /** In ms from now on until everything is closed everywhere; null: not within the bound. */
  async #untilClosed(boundMs: number): Promise<number | null> {
    const { scheduler } = this.#world;
    const from = scheduler.now;
    while (scheduler.now - from <= boundMs) {
      if (this.#monitor.unsettled(this.#alive).length === 0) return scheduler.now - from;
      await this.#pass(LOOK_MS);
    }
    return null;
  }

  #idle(isIdle: boolean): void {
    for (const instance of this.#world.instances) instance.isIdle = isIdle;
  }

  #pass(ms: number): Promise<void> {
    return this.#world.scheduler.runUntil(this.#world.scheduler.now + ms);
  }

  #report(invariant: Violation['invariant'], detail: string): void {
    const text = `${detail} (${situationText(this.situation)})`;
    this.#violations.push({ invariant, atMs: this.#world.scheduler.now, detail: text });
  }

  #result(plane: PlaneFinding): SimulationResult {
    const { scheduler, database, dependency } = this.#world;
    const { log } = database;
    return {
      seed: this.seed,
      events: scheduler.ran,
      calls: dependency.calls,
      changes: log.length,
      trips: log.filter(isTrip).length,
      partTrips: log.filter(({ before, after }) => opensPart(before, after)).length,
      recoveredMs: plane.returnedMs,
      violations: [...this.#monitor.violations, ...this.#violations],
      digest: digestOf(log),
      plane,
    };
  }
}

function digestOf(log: readonly Committed[]): string {
  const digest = createHash('sha256');
  for (const { seq, action, at } of log) digest.update(`${seq} ${action} ${at}\n`);
  return digest.digest('hex').slice(0, 16);
}

const opensByItself = (entry: Committed): boolean => entry.actor.kind === 'system' && isTrip(entry);

function restartOne(instances: readonly SimInstance[], at: number): void {
  const instance = instances[Math.floor(at * instances.length)];
  instance?.kill();
  instance?.start();
}
