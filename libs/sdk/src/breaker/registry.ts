import { type BreakerView, type Context, type RuleEngine, type StateKind } from '@recloser/core';
import { BreakerRuntime, type Fleet, type RuntimeHost } from './breaker-runtime.js';
import { type Emitter } from '../emitter.js';
import { type RecloserEvents } from '../events.js';
import { type LocalPolicy } from './local-breaker.js';
import { type ForceState } from '../options/options.js';
import { type Outbox } from '../signals/outbox.js';

export interface RegistryParts {
  readonly base: Context;
  readonly policies: ReadonlyMap<string, LocalPolicy>;
  /** Of those that are not among them. */
  readonly policy: LocalPolicy | null;
  readonly random: () => number;
  readonly outbox: Outbox;
  readonly events: Emitter<RecloserEvents>;
  readonly onListenerFailed: (error: unknown) => void;
}

/** While the size of the fleet was never told. */
const UNKNOWN_FLEET = 10;
const EVERY_BREAKER = '*';
const nothing = (): null => null;
const NO_FLEET: Fleet = {
  introduce: nothing,
  mayDecide: () => true,
  claimPermit: nothing,
  onRefused: nothing,
};

/** The environment's breakers as this process knows them, with a runtime for each breaker that the code uses. */
export class Registry implements RuntimeHost {
  /** What rules may ask about this process. */
  base: Context;
  #force: ReadonlyMap<string, ForceState> = new Map();
  readonly parts: RegistryParts;
  readonly #runtimes = new Map<string, BreakerRuntime>();
  /** How many instances there were when last heard: so much rarer are the probes of each when all are cut off. */
  fleet: number | undefined;
  /** Set by the control-plane client, before the first rule arrives. */
  rules: RuleEngine | null = null;
  /** Set by the control-plane client. */
  theFleet = NO_FLEET;
  /** All that was last heard. */
  views = new Map<string, BreakerView>();
  /** Nothing is known yet, so this process decides by itself from the beginning. */
  alone = true;
  #released = false;

  constructor(parts: RegistryParts) {
    this.base = parts.base;
    this.parts = parts;
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
      const { policies, policy } = this.parts;
      runtime = new BreakerRuntime(key, this.#forceOf(key), policies.get(key) ?? policy, this);
      this.theFleet.introduce(runtime);
      if (this.alone) runtime.startLocal(now);
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
    for (const runtime of this.#runtimes.values()) runtime.forceTo(this.#forceOf(runtime.key), now);
  }

  get size(): number {
    return this.fleet ?? UNKNOWN_FLEET;
  }

  release(): void {
    this.#released = true;
    for (const runtime of this.#runtimes.values()) runtime.release();
  }

  onLocal(runtime: BreakerRuntime, from: StateKind): void {
    const { key, state, admission, view } = runtime;
    if (from === state && state !== 'ramping') return;
    this.parts.events.emit('transition', {
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
}
