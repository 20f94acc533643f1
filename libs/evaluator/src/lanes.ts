import { isolated, type BrokenBreaker, type Evaluate } from './isolate.js';

/** Breakers evaluated together at most. */
const BATCH = 500;
/** A broken breaker is tried again after this. */
const BROKEN_MS = 10_000;
/** An environment that failed is tried again after this, twice as long each time it fails again. */
const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 4_000;

export interface LanesOptions {
  readonly evaluate: Evaluate;
  /** Marks breakers again, for other workers and later. */
  readonly giveBack: (environmentId: string, keys: readonly string[]) => Promise<void>;
  /** Monotonic, in ms. */
  readonly now: () => number;
  /** An evaluation that takes longer is not waited for any more: its breakers are marked again, in ms. */
  readonly boundMs: number;
  readonly committed: (changes: number) => void;
  readonly failed: (environmentId: string, error: unknown) => void;
  readonly broken: (environmentId: string, broken: BrokenBreaker) => void;
}

/** One environment's evaluations, one after the other. */
interface Lane {
  readonly waiting: Set<string>;
  running: Promise<void> | null;
  startedAt: number;
  /** How often it has failed in a row. */
  failures: number;
  retryAt: number;
}

/** Evaluates environments apart: one that waits for a lock, or fails, holds up no other. */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes = new Map<string, Lane>();
  /** When breakers that cannot be evaluated are tried again. */
  readonly #broken = new Map<string, number>();

  constructor(options: LanesOptions) {
    this.#options = options;
  }

  /** Environments that are being evaluated now, or wait after a failure. */
  get busy(): string[] {
    const now = this.#options.now();
    return [...this.#lanes].flatMap(([id, lane]) =>
      lane.running !== null || now < lane.retryAt ? [id] : [],
    );
  }

  /** Has breakers evaluated as soon as their environment is free. */
  add(environmentId: string, keys: Iterable<string>): void {
    const lane = this.#laneOf(environmentId);
    for (const key of keys) if (!this.#isBroken(environmentId, key)) lane.waiting.add(key);
    if (lane.waiting.size > 0) this.#start(environmentId, lane);
  }

  /**
   * Whether decisions are being made in an environment: its last evaluation succeeded, and the present one has not
   * taken longer than `withinMs`.
   */
  decides(environmentId: string, withinMs: number): boolean {
    const lane = this.#lanes.get(environmentId);
    if (lane === undefined) return true;
    if (lane.failures > 0) return false;
    return lane.running === null || this.#options.now() - lane.startedAt <= withinMs;
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    await Promise.all([...this.#lanes.values()].flatMap(({ running }) => running ?? []));
  }

  #laneOf(environmentId: string): Lane {
    const known = this.#lanes.get(environmentId);
    if (known !== undefined) return known;
    const lane: Lane = {
      waiting: new Set(),
      running: null,
      startedAt: 0,
      failures: 0,
      retryAt: Number.NEGATIVE_INFINITY,
    };
    this.#lanes.set(environmentId, lane);
    return lane;
  }

  #start(environmentId: string, lane: Lane): void {
    if (lane.running !== null || this.#options.now() < lane.retryAt) return;
    lane.running = this.#run(environmentId, lane).finally(() => {
      lane.running = null;
    });
  }

  async #run(environmentId: string, lane: Lane): Promise<void> {
    while (lane.waiting.size > 0) {
      const keys = [...lane.waiting].slice(0, BATCH);
      for (const key of keys) lane.waiting.delete(key);
      lane.startedAt = this.#options.now();
      if (!(await this.#evaluate(environmentId, lane, keys))) return;
    }
  }

  /** True when it succeeded. */
  async #evaluate(environmentId: string, lane: Lane, keys: readonly string[]): Promise<boolean> {
    const { boundMs, evaluate, committed } = this.#options;
    const late = setTimeout(() => {
      void this.#fail(environmentId, lane, keys, new Error(`no result within ${boundMs} ms`));
    }, boundMs);
    try {
      const { changes, broken } = await isolated(evaluate, environmentId, keys);
      for (const one of broken) this.#setAside(environmentId, one);
      committed(changes);
      lane.failures = 0;
      lane.retryAt = Number.NEGATIVE_INFINITY;
      return true;
    } catch (error) {
      await this.#fail(environmentId, lane, keys, error);
      return false;
    } finally {
      clearTimeout(late);
    }
  }

  async #fail(
    environmentId: string,
    lane: Lane,
    keys: readonly string[],
    error: unknown,
  ): Promise<void> {
    const { now, giveBack, failed } = this.#options;
    lane.failures += 1;
    lane.retryAt = now() + Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (lane.failures - 1));
    failed(environmentId, error);
    const waiting = new Set([...keys, ...lane.waiting]);
    lane.waiting.clear();
    // What cannot be marked is due again, or its next signals mark it.
    await giveBack(environmentId, [...waiting]).catch(() => undefined);
  }

  #setAside(environmentId: string, broken: BrokenBreaker): void {
    this.#broken.set(`${environmentId}\n${broken.key}`, this.#options.now() + BROKEN_MS);
    this.#options.broken(environmentId, broken);
  }

  #isBroken(environmentId: string, key: string): boolean {
    const id = `${environmentId}\n${key}`;
    const until = this.#broken.get(id);
    if (until === undefined) return false;
    if (this.#options.now() < until) return true;
    this.#broken.delete(id);
    return false;
  }
}
