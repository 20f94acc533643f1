import {
  type BreakerView,
  type Context,
  type viewForInstance,
  type InstanceView,
  type RuleEngine,
  type StateKind,
} from '@recloser/core';
import { BreakerRuntime, type RuntimeHost } from './breaker-runtime.js';
import { type Emitter } from '../emitter.js';
import { type RecloserEvents } from '../events.js';
import { type LocalPolicy } from './local-breaker.js';
import { type ForceState } from '../options/options.js';
import { type Outbox } from '../signals/outbox.js';
import { type OutcomeCounter } from '../signals/outcome-counter.js';
import { type rateLimiterFor } from '../control-plane/rate-limiter.js';

export interface RegistryParts {
  readonly base: Context;
  readonly policies: ReadonlyMap<string, LocalPolicy>;
  /** Of those that are not among them. */
  readonly policy: LocalPolicy | null;
  readonly random: () => number;
  readonly outbox: Outbox;
  readonly events: Emitter<RecloserEvents>;
}

/** While the size of the fleet was never told. */
const UNKNOWN_FLEET = 10;
const EVERY_BREAKER = '*';

/** The environment's breakers as this process knows them, with a runtime for each breaker that the code uses. */
export class Registry implements RuntimeHost {
  /** What rules may ask about this process. */
  base: Context;
  #force: ReadonlyMap<string, ForceState> = new Map();
  readonly #policies: ReadonlyMap<string, LocalPolicy>;
  readonly #policy: LocalPolicy | null;
  readonly #random: () => number;
  readonly #outbox: Outbox;
  readonly #events: Emitter<RecloserEvents>;
  readonly #runtimes = new Map<string, BreakerRuntime>();
  /** How many instances there were when last heard: so much rarer are the probes of each when all are cut off. */
  fleet: number | undefined;
  /** Set by the control-plane client, before the first rule arrives. */
  rules: RuleEngine | null = null;
  /** Set by the control-plane client; identity until then. */
  viewForInstance: typeof viewForInstance = (view) => view;
  rateLimiterFor: typeof rateLimiterFor = () => null;
  /** Set by the control-plane client, which reports when a dependency wants to be called again. */
  onRefused: RuntimeHost['onRefused'] = () => undefined;
  /** All that was last heard, and when (monotonic ms). */
  views = new Map<string, BreakerView>();
  viewsAppliedAt = 0;
  /** Nothing is known yet, so this process decides by itself from the beginning. */
  #alone = true;
  #released = false;

  constructor(parts: RegistryParts) {
    this.base = parts.base;
    this.#policies = parts.policies;
    this.#policy = parts.policy;
    this.#random = parts.random;
    this.#outbox = parts.outbox;
    this.#events = parts.events;
  }

  get runtimes(): IterableIterator<BreakerRuntime> {
    return this.#runtimes.values();
  }

  /** The runtime of a breaker that the code has asked for; undefined if it has not. */
  known(key: string): BreakerRuntime | undefined {
    return this.#runtimes.get(key);
  }

  /** The runtime of a breaker, created on first use. */
  runtime(key: string, now: number): BreakerRuntime {
    let runtime = this.#runtimes.get(key);
    if (runtime === undefined) {
      runtime = new BreakerRuntime(
        key,
        this.#forceOf(key),
        this.#policies.get(key) ?? this.#policy,
        this,
      );
      const view = this.views.get(key);
      if (view !== undefined) runtime.applyView(this.own(view), this.viewsAppliedAt);
      if (this.#alone) runtime.startLocal(this.fleet ?? UNKNOWN_FLEET, now);
      if (this.#released) runtime.release();
      this.#runtimes.set(key, runtime);
    }
    return runtime;
  }

  /** Drops a runtime. A handle that still uses it admits all calls. */
  drop(key: string): boolean {
    this.#runtimes.get(key)?.release();
    return this.#runtimes.delete(key);
  }

  /** Forces these states from now on, and no others. */
  force(states: ReadonlyMap<string, ForceState>, now: number): void {
    this.#force = states;
    for (const runtime of this.#runtimes.values()) runtime.forceTo(this.#forceOf(runtime.key));
    // What is no longer forced is decided here like all the rest.
    if (this.#alone) this.startLocal(now);
  }

  get size(): number {
    return this.fleet ?? UNKNOWN_FLEET;
  }

  startLocal(now: number): void {
    this.#alone = true;
    for (const runtime of this.#runtimes.values())
      runtime.startLocal(this.fleet ?? UNKNOWN_FLEET, now);
  }

  resumeRemote(): void {
    if (!this.#alone) return;
    this.#alone = false;
    for (const runtime of this.#runtimes.values()) runtime.resumeRemote();
  }

  release(): void {
    this.#released = true;
    for (const runtime of this.#runtimes.values()) runtime.release();
  }

  random(): number {
    return this.#random();
  }

  onDirty(counter: OutcomeCounter, soon: boolean): void {
    this.#outbox.add(counter, soon);
  }

  onFailedCall(counter: OutcomeCounter, now: number): void {
    this.#outbox.sender?.failedCall(counter, now);
  }

  onLost(calls: number): void {
    this.#outbox.lost += calls;
  }

  onLocal(runtime: BreakerRuntime, from: StateKind): void {
    const { key, state, admission, view } = runtime;
    if (from === state && state !== 'ramping') return;
    this.#events.emit('transition', {
      breaker: key,
      from,
      to: state,
      admission,
      mode: view?.mode ?? 'auto',
      version: view?.version ?? 0,
      source: 'local',
    });
  }

  #forceOf(key: string): ForceState | null {
    return this.#force.get(key) ?? this.#force.get(EVERY_BREAKER) ?? null;
  }

  /** Of what holds for parts of the fleet, what holds for this process. */
  own(view: BreakerView): InstanceView {
    return this.viewForInstance(view, this.base);
  }
}
