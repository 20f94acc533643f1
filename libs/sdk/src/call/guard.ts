import {
  bucketOf,
  prepareSalt,
  VERDICT_REJECTED,
  VERDICT_RULED,
  type Context,
  type DecisionReason,
} from '@recloser/core';
import { type Breaker, type Decision } from './breaker.js';
import { type Cell } from '../breaker/cell.js';
import { CircuitOpenError, withoutStack } from '../errors.js';
import { type Timeline } from '../process/timeline.js';
import { demand, isBoolean, isFunction } from '../options/option-checks.js';
import {
  type BreakerOptions,
  type MissingKey,
  type ProtectOptions,
  type WrapOptions,
} from '../options/options.js';
import { reasonOf } from './follow.js';
import { CallPermit, type Permit } from './permit.js';
import { needsPipeline, Pipeline, type PipelineHost, Trouble } from './pipeline.js';
import { type ProbeReporter } from '../breaker/probe.js';
import { type Pulse } from '../counting/pulse.js';
import { rejectSoon, run, runGated, type Protected, type Stopwatch } from './run.js';
import { statsOf, type BreakerStats } from '../breaker/stats.js';
import { NO_TRAITS, rescueOf, traitsOf } from './traits.js';
import { EVIDENCE, RULED, Wave, type Traits, type WaveKind } from '../counting/wave.js';

export interface GuardParts {
  readonly pulse: Pulse;
  readonly timeline: Timeline;
  readonly random: () => number;
  readonly clock: () => number;
  readonly instanceId: string;
  readonly seq: () => number | null;
  readonly probes: ProbeReporter;
  /** A call's context with what surrounds it. */
  readonly contextOf: (context: Context | undefined) => Context | undefined;
}

const BUCKETS = 2 ** 32;
const NOT_BY_STATE: ReadonlySet<DecisionReason> = new Set(['rule', 'forced', 'local', 'unknown']);

/** The calls of one process through one breaker. */
export class Guard<F = never> implements Breaker<F> {
  readonly #cell: Cell;
  readonly #parts: GuardParts;
  readonly #pulse: Pulse;
  readonly #options: BreakerOptions<F>;
  readonly #missingKey: MissingKey;
  /** Taken up with the first call. */
  #traits: Traits = NO_TRAITS;
  #revision = -1;
  /** Null as long as a call needs no more than to be let through, timed and counted. */
  #pipeline: Pipeline | null = null;
  /** The last call that asked was let in, but for the rate limit. */
  #limited = false;
  #wave: Wave | null = null;
  #ruledWave: Wave | null = null;

  constructor(cell: Cell, options: BreakerOptions<F>, parts: GuardParts) {
    this.#cell = cell;
    this.#parts = parts;
    this.#pulse = parts.pulse;
    this.#options = options;
    this.#missingKey = options.missingKey ?? 'sample';
  }

  /** What a pipeline may ask of it. */
  get #host(): PipelineHost {
    return {
      ...this.#parts,
      cell: this.#cell,
      options: this.#options,
      traits: () => {
        this.#refresh();
        return this.#traits;
      },
      admit: (context) => this.#admit(context),
      attempt: (kind, fn, signal) => this.#start(this.#join(kind), fn, signal),
      turnedAway: (context) => this.#turnedAway(context),
    };
  }

  get key(): string {
    return this.#cell.key;
  }

  allows(context?: Context): boolean {
    const cell = this.#cell;
    if (cell.passesAll) return true;
    if (cell.listening) cell.advance(this.#pulse.fresh());
    if (cell.rejectsAll) return false;
    return cell.verdict(this.#parts.contextOf(context), this.#sample()) !== VERDICT_REJECTED;
  }

  decide(context?: Context): Decision {
    const cell = this.#cell;
    if (cell.listening) cell.advance(this.#pulse.fresh());
    const decision = cell.explain(this.#parts.contextOf(context), this.#sample());
    const scope = NOT_BY_STATE.has(decision.reason) ? undefined : cell.view?.scope;
    return { ...decision, state: cell.state, ...(scope && { scope }), seq: this.#parts.seq() };
  }

  protect<T>(fn: Protected<T>, context?: Context, options?: ProtectOptions): Promise<T | F> {
    const signal = options?.signal ?? undefined;
    const result =
      signal === undefined ? this.#protect(fn, context) : this.#signalled(fn, context, signal);
    return result as Promise<T | F>;
  }

  wrap<A extends readonly unknown[], T>(
    fn: (...args: A) => T | PromiseLike<T>,
    options?: WrapOptions<A>,
  ): (...args: A) => Promise<T | F> {
    demand('fn', fn, isFunction);
    const contextOf = options?.context;
    const protect = (call: () => T | PromiseLike<T>, context: Context | undefined) =>
      this.protect(call, context);
    return function wrapped(this: unknown, ...args: A): Promise<T | F> {
      const call = () => Reflect.apply<unknown, A, T | PromiseLike<T>>(fn, this, args);
      if (typeof contextOf !== 'function') return protect(call, contextOf);
      try {
        return protect(call, contextOf(...args));
      } catch {
        // Whatever is wrong with the context, the call itself may be fine.
        return protect(call, undefined);
      }
    };
  }

  acquire(context?: Context, options?: ProtectOptions): Permit {
    this.#refresh();
    const kind = this.#admit(context);
    if (kind === null) throw this.#turnedAway(context);
    // Nobody could be told that its time is up.
    const wave = this.#open({ ...this.#traits, timeoutMs: Infinity }, kind);
    const took = (ms: number): void => this.#cell.latency.add(ms);
    return new CallPermit(wave, this.#parts.clock, took, options?.signal);
  }

  stats(): BreakerStats {
    return statsOf(this.#cell, this.#pulse);
  }

  #protect(fn: Protected<unknown>, context: Context | undefined): Promise<unknown> {
    if (this.#revision !== this.#cell.revision) this.#refresh();
    if (this.#pipeline !== null) {
      return this.#pipeline.run(fn, this.#parts.contextOf(context), undefined);
    }
    if (this.#cell.passesAll) return this.#start(this.#join(EVIDENCE), fn);
    const kind = this.#admit(context);
    return kind === null ? this.#instead(context) : this.#start(this.#join(kind), fn);
  }

  /** A call that its caller may give up. */
  #signalled(
    fn: Protected<unknown>,
    context: Context | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    demand('signal.aborted', signal.aborted, isBoolean);
    // Whoever gave up before there was a call gets the reason that he gave.
    if (signal.aborted) return rejectSoon(reasonOf(signal));
    this.#refresh();
    if (this.#pipeline !== null) {
      return this.#pipeline.run(fn, this.#parts.contextOf(context), signal);
    }
    const kind = this.#admit(context);
    return kind === null ? this.#instead(context) : this.#start(this.#join(kind), fn, signal);
  }

  #start(wave: Wave, fn: Protected<unknown>, caller?: AbortSignal): Promise<unknown> {
    const stop = wave.calls++ === wave.exactAt ? this.#stopwatch(wave) : null;
    return wave.traits.timeoutMs === Infinity && caller === undefined
      ? run(wave, fn, stop)
      : runGated(wave, fn, stop, caller);
  }

  /** How a call is let in; null when it is turned away. */
  #admit(own: Context | undefined): WaveKind | null {
    const cell = this.#cell;
    const context = this.#parts.contextOf(own);
    if (cell.listening) cell.advance(this.#pulse.fresh());
    const verdict = cell.rejectsAll ? VERDICT_REJECTED : cell.verdict(context, this.#sample());
    this.#limited = false;
    if (verdict === VERDICT_REJECTED) return this.#probe(context);
    if (cell.pacer !== null && cell.state === 'ramping') {
      this.#limited = !cell.pacer.take(this.#pulse.fresh());
      if (this.#limited) return null;
    }
    return verdict === VERDICT_RULED ? RULED : EVIDENCE;
  }

  /** For the one call that may try whether the dependency is back. */
  #probe(context: Context | undefined): WaveKind | null {
    const cell = this.#cell;
    const now = this.#pulse.fresh();
    if (cell.permit === null && !cell.listening) return null;
    // Whom a rule turns away is no probe.
    if (cell.refusal(context) === 'rule') return null;
    const verdict = this.#parts.probes.claim(cell, now, context);
    return verdict === null ? null : { ruled: false, probe: verdict };
  }

  /** The wave of this tick and version that calls with this kind of admission join; a probe has one of its own. */
  #join(kind: WaveKind): Wave {
    const ruled = kind === RULED;
    const wave = ruled ? this.#ruledWave : this.#wave;
    const isCurrent = wave?.tick === this.#pulse.tick && wave.revision === this.#cell.revision;
    if (isCurrent && kind.probe === null) return wave;
    this.#refresh();
    const next = this.#open(this.#traits, kind);
    if (kind.probe !== null) return next;
    if (ruled) this.#ruledWave = next;
    else this.#wave = next;
    return next;
  }

  #open(traits: Traits, kind: WaveKind): Wave {
    return new Wave(this.#cell, this.#cell.tally, traits, this.#pulse, kind);
  }

  /** Takes up a new view: waves of the one before take no more calls. */
  #refresh(): void {
    if (this.#revision === this.#cell.revision) return;
    this.#revision = this.#cell.revision;
    const options = this.#options;
    const { view } = this.#cell;
    this.#traits = traitsOf(options, view, rescueOf(options.fallback));
    this.#pipeline = null;
    if (!needsPipeline(options, this.#traits)) return;
    this.#traits = traitsOf(options, view, (...about) => new Trouble(...about));
    this.#pipeline = new Pipeline(this.#host);
  }

  #sample(): number | undefined {
    switch (this.#missingKey) {
      case 'sample':
        return Math.floor(this.#parts.random() * BUCKETS);
      case 'instance':
        return bucketOf(
          prepareSalt(this.#cell.view?.salt ?? this.#cell.key),
          this.#parts.instanceId,
        );
      case 'hold':
        return undefined;
    }
  }

  /** For a call that is timed exactly; it stands for those of its wave that are not. */
  #stopwatch(wave: Wave): Stopwatch {
    const { clock, random } = this.#parts;
    const { latency } = this.#cell;
    const weight = wave.sampled(random);
    const start = clock();
    return () => latency.add(clock() - start, weight);
  }

  /** What a call that is turned away gets. */
  #instead(context: Context | undefined): Promise<unknown> {
    const rescue = rescueOf(this.#options.fallback);
    const error = this.#turnedAway(context);
    if (rescue === undefined) return rejectSoon(error);
    return new Promise((resolve) => {
      resolve(rescue(error));
    });
  }

  #turnedAway(context: Context | undefined): CircuitOpenError {
    const cell = this.#cell;
    const now = this.#pulse.fresh();
    const limited = this.#limited;
    cell.tally.at(this.#pulse.bucket)[limited ? 'limited' : 'rejected'] += 1;
    const refusal = {
      breaker: cell.key,
      state: cell.state,
      reason: limited ? 'limited' : cell.refusal(this.#parts.contextOf(context)),
      retryAfterMs: cell.retryAfterMs(now),
    };
    return this.#options.stackTrace === true
      ? new CircuitOpenError(refusal)
      : withoutStack(() => new CircuitOpenError(refusal));
  }
}
