import {
  bucketOf,
  prepareSalt,
  VERDICT_REJECTED,
  VERDICT_RULE_ADMITTED,
  type Context,
  type DecisionReason,
  type SampleBucket,
} from '@recloser/core';
import { type Breaker, type Decision } from './breaker.js';
import { type BreakerRuntime } from './breaker-runtime.js';
import { CircuitOpenError, withoutStack } from '../errors.js';
import { type ControlledBreaker, RUNTIME } from './controlled.js';
import { type Scheduler } from '../platform/scheduler.js';
import { demand, isBoolean, isFunction } from '../options/option-checks.js';
import {
  type BreakerOptions,
  type MissingKey,
  type ProtectOptions,
  type WrapOptions,
} from '../options/options.js';
import { reasonOf } from '../calls/follow.js';
import { CallPermit, type Permit } from '../calls/permit.js';
import { needsPipeline, Pipeline, type PipelineHost, FailedAttempt } from '../calls/pipeline.js';
import { type CoarseClock } from '../signals/coarse-clock.js';
import { attempt } from '../signals/read.js';
import { rejectSoon, run, runAbortable, type Protected, type Stopwatch } from '../calls/run.js';
import { statsOf, type BreakerStats } from './stats.js';
import {
  DEFAULT_CALL_OPTIONS,
  fallbackHandlerOf,
  resolveCallOptions,
} from '../calls/resolve-call-options.js';
import {
  EVIDENCE,
  RULE_ADMITTED,
  CallBatch,
  type ResolvedCallOptions,
  type AdmissionKind,
} from '../signals/call-batch.js';

export interface HandleParts {
  readonly coarseClock: CoarseClock;
  readonly scheduler: Scheduler;
  readonly random: () => number;
  /** Draws a bucket, 0…2³²−1. */
  readonly anyBucket: () => number;
  readonly clock: () => number;
  readonly instanceId: string;
  readonly seq: () => number | null;
  /** A call's context with what surrounds it. */
  readonly contextOf: (context: Context | undefined) => Context | undefined;
}

const NOT_BY_STATE: ReadonlySet<DecisionReason> = new Set(['rule', 'forced', 'local', 'unknown']);

/** A handle on one breaker: the calls that one piece of code makes through it. */
export class BreakerHandle<F = never> implements Breaker<F> {
  readonly #runtime: BreakerRuntime;
  readonly #parts: HandleParts;
  readonly #coarseClock: CoarseClock;
  readonly #options: BreakerOptions<F>;
  readonly #missingKey: MissingKey;
  /** Taken up with the first call. */
  #callOptions: ResolvedCallOptions = DEFAULT_CALL_OPTIONS;
  #revision = -1;
  /** Null as long as a call needs no more than to be let through, timed and counted. */
  #pipeline: Pick<Pipeline, 'run'> | null = null;
  /** The last call that asked was let in, but for the rate limit. */
  #limited = false;
  #batch: CallBatch | null = null;
  #ruledBatch: CallBatch | null = null;

  constructor(runtime: BreakerRuntime, options: BreakerOptions<F>, parts: HandleParts) {
    this.#runtime = runtime;
    this.#parts = parts;
    this.#coarseClock = parts.coarseClock;
    this.#options = options;
    this.#missingKey = options.missingKey ?? 'sample';
  }

  /** What a pipeline may ask of it. */
  get #host(): PipelineHost {
    return {
      ...this.#parts,
      runtime: this.#runtime,
      options: this.#options,
      callOptions: () => {
        this.#refresh();
        return this.#callOptions;
      },
      admit: (context) => this.#admit(context),
      attempt: (kind, fn, signal) => this.#start(this.#join(this.#watched(kind)), fn, signal),
      turnedAway: (context) => this.#turnedAway(context),
    };
  }

  get key(): string {
    return this.#runtime.key;
  }

  allows(context?: Context): boolean {
    const runtime = this.#runtime;
    if (runtime.passesAll) return true;
    if (runtime.listening) runtime.advance(this.#coarseClock.fresh());
    if (runtime.rejectsAll) return false;
    return runtime.verdict(this.#parts.contextOf(context), this.#sample()) !== VERDICT_REJECTED;
  }

  decide(context?: Context): Decision {
    const runtime = this.#runtime;
    if (runtime.listening) runtime.advance(this.#coarseClock.fresh());
    const decision = runtime.explain(this.#parts.contextOf(context), this.#sample());
    const scope = NOT_BY_STATE.has(decision.reason) ? undefined : runtime.view?.scope;
    return { ...decision, state: runtime.state, ...(scope && { scope }), seq: this.#parts.seq() };
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
      return protect(
        call,
        typeof contextOf === 'function' ? attempt(() => contextOf(...args)) : contextOf,
      );
    };
  }

  acquire(context?: Context, options?: ProtectOptions): Permit {
    this.#refresh();
    if (this.#runtime.bypass !== null) return this.#runtime.bypass.permit;
    const kind = this.#admit(context);
    if (kind === null) throw this.#turnedAway(context);
    // Nobody could be told that its time is up.
    const callOptions = { ...this.#callOptions, timeoutMs: Infinity };
    const batch = this.#open(callOptions, this.#watched(kind));
    const took = (ms: number): void => this.#runtime.latency.add(ms);
    return new CallPermit(batch, this.#parts.clock, took, options?.signal);
  }

  stats(): BreakerStats {
    return statsOf(this.#runtime, this.#coarseClock);
  }

  /** What `controlOf` of `@recloser/sdk/local` works on. */
  get [RUNTIME](): ControlledBreaker {
    return { runtime: this.#runtime, clock: this.#coarseClock };
  }

  #protect(fn: Protected<unknown>, context: Context | undefined): Promise<unknown> {
    if (this.#revision !== this.#runtime.revision) this.#refresh();
    if (this.#pipeline !== null) {
      return this.#pipeline.run(fn, this.#parts.contextOf(context), undefined);
    }
    if (this.#runtime.passesAll) return this.#start(this.#join(EVIDENCE), fn);
    const kind = this.#admit(context);
    return kind === null ? this.#rejectOrFallback(context) : this.#start(this.#join(kind), fn);
  }

  /** A call that its caller may give up. */
  #signalled(
    fn: Protected<unknown>,
    context: Context | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    demand('signal.aborted', signal.aborted, isBoolean);
    // Already aborted: reject with the signal's reason.
    if (signal.aborted) return rejectSoon(reasonOf(signal));
    this.#refresh();
    if (this.#pipeline !== null) {
      return this.#pipeline.run(fn, this.#parts.contextOf(context), signal);
    }
    const kind = this.#admit(context);
    return kind === null
      ? this.#rejectOrFallback(context)
      : this.#start(this.#join(kind), fn, signal);
  }

  #start(batch: CallBatch, fn: Protected<unknown>, caller?: AbortSignal): Promise<unknown> {
    const stop = batch.calls++ === batch.exactAt ? this.#stopwatch(batch) : null;
    return batch.callOptions.timeoutMs === Infinity && caller === undefined
      ? run(batch, fn, stop)
      : runAbortable(batch, fn, stop, caller);
  }

  /** How a call is let in; null when it is turned away. */
  #admit(own: Context | undefined): AdmissionKind | null {
    const runtime = this.#runtime;
    const context = this.#parts.contextOf(own);
    if (runtime.listening) runtime.advance(this.#coarseClock.fresh());
    const verdict = runtime.rejectsAll
      ? VERDICT_REJECTED
      : runtime.verdict(context, this.#sample());
    this.#limited = false;
    if (verdict === VERDICT_REJECTED) return this.#probe(context);
    if (runtime.rateLimiter !== null && runtime.state === 'ramping') {
      this.#limited = !runtime.rateLimiter.take(this.#coarseClock.fresh());
      if (this.#limited) return null;
    }
    return verdict === VERDICT_RULE_ADMITTED ? RULE_ADMITTED : EVIDENCE;
  }

  /** For the one call that may try whether the dependency is back. */
  #probe(context: Context | undefined): AdmissionKind | null {
    const runtime = this.#runtime;
    const now = this.#coarseClock.fresh();
    if (runtime.permit === null && !runtime.listening) return null;
    // A call that a rule rejects cannot be a probe.
    if (runtime.refusal(context) === 'rule') return null;
    const probe =
      runtime.host.theFleet.claimPermit(runtime, now) ??
      (runtime.claimLocalProbe(now, context)
        ? (ok: boolean | null, at: number) => runtime.onLocalProbe(ok, at)
        : null);
    return probe && { ...EVIDENCE, probe };
  }

  /** The batch of this tick and version for calls with this kind of admission. A kind of its own has its own batch. */
  #join(kind: AdmissionKind): CallBatch {
    const ruled = kind === RULE_ADMITTED;
    const isOwn = !ruled && kind !== EVIDENCE;
    const batch = ruled ? this.#ruledBatch : this.#batch;
    const isCurrent =
      batch?.tick === this.#coarseClock.tick && batch.revision === this.#runtime.revision;
    if (isCurrent && !isOwn) return batch;
    this.#refresh();
    const next = this.#open(this.#callOptions, kind);
    if (isOwn) return next;
    if (ruled) this.#ruledBatch = next;
    else this.#batch = next;
    return next;
  }

  /** A call that starts now, and whose end the listeners hear of. */
  #watched(kind: AdmissionKind): AdmissionKind {
    const { events } = this.#runtime;
    if (events === null) return kind;
    const { clock } = this.#parts;
    const startedAt = clock();
    return {
      ...kind,
      told: (outcome, value, tookMs) =>
        events.emit(outcome, { latencyMs: tookMs ?? clock() - startedAt, value }),
    };
  }

  #open(callOptions: ResolvedCallOptions, kind: AdmissionKind): CallBatch {
    return new CallBatch(
      this.#runtime,
      this.#runtime.counter,
      callOptions,
      this.#coarseClock,
      kind,
    );
  }

  /** Takes up a new view. Batches under the previous view take no more calls. */
  #refresh(): void {
    if (this.#revision === this.#runtime.revision) return;
    this.#revision = this.#runtime.revision;
    const options = this.#options;
    const { view } = this.#runtime;
    this.#callOptions = resolveCallOptions(options, view, fallbackHandlerOf(options.fallback));
    const { bypass, events } = this.#runtime;
    this.#pipeline = bypass;
    if (bypass !== null || (events === null && !needsPipeline(options, this.#callOptions))) return;
    this.#callOptions = resolveCallOptions(
      options,
      view,
      (...about) => new FailedAttempt(...about),
    );
    this.#pipeline = new Pipeline(this.#host);
  }

  /** What stands in for the bucket of a call without its cohort key. */
  #sample(): SampleBucket | undefined {
    switch (this.#missingKey) {
      case 'sample':
        return this.#parts.anyBucket;
      case 'instance':
        return bucketOf(
          prepareSalt(this.#runtime.view?.salt ?? this.#runtime.key),
          this.#parts.instanceId,
        );
      case 'hold':
        return undefined;
    }
  }

  /** Times one call exactly; it represents the calls of its batch that are not timed. */
  #stopwatch(batch: CallBatch): Stopwatch {
    const { clock, random } = this.#parts;
    const { latency } = this.#runtime;
    const weight = batch.sampled(random);
    const start = clock();
    return () => latency.add(clock() - start, weight);
  }

  /** What a call that is turned away gets. */
  #rejectOrFallback(context: Context | undefined): Promise<unknown> {
    const fallbackHandler = fallbackHandlerOf(this.#options.fallback);
    const error = this.#turnedAway(context);
    if (fallbackHandler === undefined) return rejectSoon(error);
    return new Promise((resolve) => {
      resolve(fallbackHandler(error));
    });
  }

  #turnedAway(context: Context | undefined): CircuitOpenError {
    const runtime = this.#runtime;
    const now = this.#coarseClock.fresh();
    const limited = this.#limited;
    runtime.counter.at(this.#coarseClock.bucket)[limited ? 'limited' : 'rejected'] += 1;
    const refusal = {
      breaker: runtime.key,
      state: runtime.state,
      reason: limited ? 'limited' : runtime.refusal(this.#parts.contextOf(context)),
      retryAfterMs: runtime.retryAfterMs(now),
    };
    const create = (): CircuitOpenError => new CircuitOpenError(refusal);
    const error = this.#options.stackTrace === true ? create() : withoutStack(create);
    runtime.events?.emit('reject', { error });
    return error;
  }
}
