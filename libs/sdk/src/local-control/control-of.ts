import { ADMISSION_ALL, type Admission } from '@recloser/core';
import { type Breaker } from '../breaker/breaker.js';
import { type ControlledBreaker, RUNTIME } from '../breaker/controlled.js';
import { type BreakerRuntime, type Bypass } from '../breaker/breaker-runtime.js';
import { Emitter } from '../emitter.js';
import { RecloserOptionError } from '../errors.js';
import { type BreakerEvents } from '../events.js';
import { type Checks, checkOptions, demand, number, oneOf } from '../options/option-checks.js';
import { type HoldState } from '../options/options.js';
import { wallClock } from '../platform/node-clock.js';
import { isObject, read } from '../signals/read.js';

/** The state of a breaker in one process, as JSON. */
export interface SavedState {
  readonly state: 'closed' | 'open' | 'probing' | 'ramping';
  /** 0…2³². */
  readonly admission: Admission;
  /** How long it stays open. */
  readonly openForMs: number;
  /** Openings since it was last closed. */
  readonly relapses: number;
  /** When this was so, in ms since 1970. */
  readonly at: number;
}

const SAVED: Checks<SavedState> = {
  state: oneOf('closed', 'open', 'probing', 'ramping'),
  admission: number(0, ADMISSION_ALL),
  openForMs: number(0),
  relapses: number(0, 10, true),
  at: number(0),
};
const isHoldState = oneOf('open', 'closed', 'off');

const nothing = (): void => undefined;
/** Of a breaker that is off: its calls, and nothing else. */
const UNPROTECTED: Bypass = {
  run: (fn, _, signal = new AbortController().signal) =>
    new Promise((resolve) => {
      resolve(fn(signal));
    }),
  permit: { success: nothing, begun: nothing, failure: nothing, cancel: nothing },
};

/** The listeners and holds of a breaker, whoever asked for its control. */
interface Shared {
  readonly holds: Set<{ readonly state: HoldState }>;
  listeners: number;
  readonly emitter: Emitter<BreakerEvents>;
}

/** A program's control of one breaker in this process. From `controlOf`. */
export class BreakerControl {
  readonly #runtime: BreakerRuntime;
  readonly #now: () => number;
  readonly #shared: Shared;

  constructor({ runtime, clock }: ControlledBreaker) {
    this.#runtime = runtime;
    this.#now = () => clock.fresh();
    this.#shared = (runtime.control ??= newlyShared(runtime)) as Shared;
  }

  /**
   * Opens it in this process, from where it recovers by its policy: cool-down, probes, steps. With a control plane this
   * lasts until the fleet's next decision about it at most.
   */
  open(): void {
    const runtime = this.#runtime;
    const now = this.#now();
    const from = runtime.state;
    const local = runtime.local ?? startLocal(runtime, now);
    local.open(now, runtime.host.parts.random());
    runtime.localChanged(from);
  }

  /** Closes what this process has opened. What the control plane has decided stays. */
  close(): void {
    const runtime = this.#runtime;
    const from = runtime.state;
    runtime.local?.enterStep(Infinity, this.#now());
    runtime.localChanged(from);
  }

  /**
   * Holds it in this process, whatever happens, until the function that this returns is called. `open` rejects all
   * calls; `closed` lets all through and counts them; `off` makes them without counts, timeout and all other options. Of
   * several holds, `open` counts before `off`, and `off` before `closed`.
   * @throws RecloserOptionError
   */
  hold(state: HoldState): () => void {
    demand('state', state, isHoldState);
    const { holds } = this.#shared;
    const hold = { state };
    holds.add(hold);
    this.#enforce();
    return () => {
      if (holds.delete(hold)) this.#enforce();
    };
  }

  /** Rejects all calls in this process until the function that this returns, and that of each other holder, is called. */
  isolate(): () => void {
    return this.hold('open');
  }

  /**
   * Calls `listener` on each event of the breaker's calls in this process from now on; returns a function that ends
   * this. While somebody listens, each call is timed exactly.
   */
  on<K extends keyof BreakerEvents>(
    event: K,
    listener: (event: BreakerEvents[K]) => void,
  ): () => void {
    const end = this.#shared.emitter.on(event, listener);
    let listens = true;
    this.#listen(1);
    return () => {
      if (!listens) return;
      listens = false;
      end();
      this.#listen(-1);
    };
  }

  /** Its state in this process, for `restore` in another; null while only the fleet decides. */
  save(): SavedState | null {
    const { local } = this.#runtime;
    if (local === null) return null;
    const { kind: state, admission, openUntil, relapses } = local;
    const openForMs = state === 'open' ? Math.max(0, Math.round(openUntil - this.#now())) : 0;
    return { state, admission, openForMs, relapses, at: wallClock() };
  }

  /**
   * Goes on from a state that was saved, if this process decides alone and the breaker is still closed. Null does nothing.
   * The time since then counts as cool-down.
   * @throws RecloserOptionError
   */
  restore(saved: SavedState | null): void {
    if (saved === null) return;
    checkOptions('saved', saved, SAVED, Object.keys(SAVED));
    const runtime = this.#runtime;
    const { local, state: from } = runtime;
    if (local?.kind !== 'closed') return;
    const now = this.#now();
    const { state, admission, openForMs, relapses, at } = saved;
    if (state === 'ramping') local.resume(admission, now);
    else if (state !== 'closed') local.open(now, 0);
    local.openUntil = now + Math.max(0, openForMs - Math.max(0, wallClock() - at));
    local.relapses = relapses;
    runtime.localChanged(from);
  }

  #enforce(): void {
    const states = new Set(Array.from(this.#shared.holds, ({ state }) => state));
    const strongest = (['open', 'off', 'closed'] as const).find((state) => states.has(state));
    this.#runtime.held = strongest === 'off' ? UNPROTECTED : (strongest ?? null);
    this.#runtime.enforce(this.#now());
  }

  /** Calls take the way on which they are watched only while somebody listens. */
  #listen(change: number): void {
    const runtime = this.#runtime;
    this.#shared.listeners += change;
    runtime.events = this.#shared.listeners > 0 ? this.#shared.emitter : null;
    runtime.refresh();
  }
}

function newlyShared(runtime: BreakerRuntime): Shared {
  const emitter = new Emitter<BreakerEvents>((error) => runtime.host.parts.onListenerFailed(error));
  return { holds: new Set<{ readonly state: HoldState }>(), listeners: 0, emitter };
}

/** Beside a control plane, the fleet's next decision about it ends what this process does. */
function startLocal(runtime: BreakerRuntime, now: number): NonNullable<BreakerRuntime['local']> {
  if (!runtime.host.alone) runtime.returnedAt = runtime.view?.version ?? -1;
  return runtime.makeLocal(now);
}

/**
 * The control of a breaker in this process: open and close it, hold it, follow its calls, and take its state along. All
 * controls of one breaker act on the same.
 * @throws RecloserOptionError
 */
export function controlOf(breaker: Breaker<unknown>): BreakerControl {
  const controlled = read(breaker, RUNTIME);
  if (isControlled(controlled)) return new BreakerControl(controlled);
  throw new RecloserOptionError(
    'breaker',
    breaker,
    'a breaker of this version of @recloser/sdk or a newer one',
  );
}

function isControlled(value: unknown): value is ControlledBreaker {
  return isObject(value) && isObject(read(value, 'runtime'));
}
