import { BUCKET_MS, type StateKind } from '@recloser/core';
import { CallTimeoutError, withoutStack } from '../errors.js';
import { looksRefused, outcomeOfError, outcomeOfResult, type CallOutcome } from './outcome.js';
import { type BreakerOptions } from '../options/options.js';
import { type CoarseClock } from './coarse-clock.js';
import { nextExact, weightOf } from './exact-sample.js';
import { type Bucket, type OutcomeCounter } from './outcome-counter.js';
import { type UsualLatency } from './usual-latency.js';

/** The resolved settings of a batch's calls: the code's options merged with the control plane's. */
export interface ResolvedCallOptions {
  /** Infinity: none. */
  readonly timeoutMs: number;
  /** Null: a call stalls when it takes much longer than good answers usually do, and at its time-out. */
  readonly stallMs: number | null;
  /** Infinity: never slow. */
  readonly slowMs: number;
  readonly isFailure: BreakerOptions['isFailure'];
  /** Gives the fallback for a failed call; undefined: the caller gets the call's own result or error. */
  readonly fallbackHandler: FallbackHandler | undefined;
  /** Infinity: as many as there are. */
  readonly maxConcurrent: number;
  readonly maxQueue: number;
  readonly queueTimeoutMs: number;
  readonly maxRetries: number;
}

/** `value` is what was thrown, or else the result. */
export type FallbackHandler = (value: unknown, outcome: CallOutcome, thrown: boolean) => unknown;

/** The breaker that a batch counts for. */
export interface BatchOwner {
  readonly key: string;
  /** Changes when calls from now on must not be counted with those before. */
  readonly revision: number;
  /** How long good answers usually take. */
  readonly usual: UsualLatency;
  /** The state that decides about its calls. */
  readonly state: StateKind;
  /** The call failed, or is likely to: it has been running for too long. */
  onFailedCall(counter: OutcomeCounter, now: number): void;
  /** The verdict on a call that ended (or stalled), while this process decides by itself. */
  readonly listening: boolean;
  onVerdict(failed: boolean, now: number, failedAt?: number): void;
  /** Until its end, a success may be counted here instead. */
  readonly localBucket: { readonly endsAt: number; calls: number };
  onUncounted(outcome: 'cancelled' | 'ignored'): void;
  /** A call failed, or got a 429: `value` may say when the dependency wants to be called again. */
  onRefused(value: unknown, now: number): void;
  /** Adds to the number of calls in flight that the coarse clock no longer watches. */
  onStalledInFlight(calls: number): void;
}

/** Called once with the probe's result; null if it is inconclusive. */
export type ProbeVerdict = (ok: boolean | null, now: number) => void;

export interface AdmissionKind {
  readonly ruleAdmitted: boolean;
  readonly probe: ProbeVerdict | null;
  /** Told how its one call ended; null where nobody listens. */
  readonly told: ((outcome: CallOutcome, value: unknown, tookMs?: number) => void) | null;
}
export const EVIDENCE: AdmissionKind = { ruleAdmitted: false, probe: null, told: null };
export const RULE_ADMITTED: AdmissionKind = { ruleAdmitted: true, probe: null, told: null };

/** One of this many good answers in a bucket, and always the first, says what is usual. */
const USUAL_SAMPLED = 16;

/** Below this, and below a quarter of the timeout, a blocked event loop is no excuse for a timeout. */
const LAG_MS = 50;

/** A call that hangs in an open breaker ends up to so long before its time-out, in ms. */
const EARLY_MS = 1_000;

/** Stalled calls are dated back by this at most, as older counts are of no use. */
const DATED_BACK_MS = 2_000;

/** A call that can be aborted before it ends. */
export interface AbortableCall {
  /** Its index in the batch. */
  index: number;
  expire(error: Error): void;
}

/**
 * The calls of one breaker that were admitted within the same tick (≤ 10 ms) under the same state version. They share
 * their start, their deadlines and the two callbacks that count them, so that a call needs neither a clock reading nor
 * an object of its own.
 */
export class CallBatch {
  inFlight = 0;
  /** How many joined. */
  calls = 0;
  /** Which of them is timed exactly next. */
  exactAt = 0;
  startedAt: number;
  /** When no more calls could join; deadlines count from here, so that none fires early. */
  sealedAt = Infinity;
  lagMs = 0;
  /** Of which tick and revision its calls are. */
  readonly tick: number;
  readonly revision: number;
  readonly counter: OutcomeCounter;
  readonly callOptions: ResolvedCallOptions;
  readonly #owner: BatchOwner;
  readonly #coarseClock: CoarseClock;
  readonly #kind: AdmissionKind;
  readonly #plain: boolean;
  readonly #listening: boolean;
  readonly #slowMs: number;
  #probe: ProbeVerdict | null;
  readonly #abortable: AbortableCall[] = [];
  #left = false;
  /** Where its calls in flight were counted as stalled. */
  #stalledIn: Bucket | null = null;

  constructor(
    owner: BatchOwner,
    counter: OutcomeCounter,
    callOptions: ResolvedCallOptions,
    coarseClock: CoarseClock,
    kind: AdmissionKind,
  ) {
    this.#owner = owner;
    this.counter = counter;
    this.callOptions = callOptions;
    this.#coarseClock = coarseClock;
    this.#kind = kind;
    this.#probe = kind.probe;
    this.#plain = kind === EVIDENCE && callOptions.isFailure === undefined;
    this.#listening = owner.listening;
    this.#slowMs = callOptions.slowMs;
    this.startedAt = coarseClock.enter(this);
    this.tick = coarseClock.tick;
    this.revision = owner.revision;
  }

  /** The call that just joined is timed: returns for how many it stands, and draws the next one. */
  sampled(random: () => number): number {
    const { calls } = this;
    this.exactAt = nextExact(calls, random);
    return weightOf(calls);
  }

  belongsTo(owner: object): boolean {
    return this.#owner === owner;
  }

  /** How long its calls may be in flight before they count as failed, in ms. */
  get stallMs(): number {
    const { stallMs, timeoutMs } = this.callOptions;
    return stallMs ?? Math.min(timeoutMs, this.#owner.usual.limitMs);
  }

  /**
   * How long its calls may take, in ms: their time-out, or up to a second less once the breaker is open and nothing is
   * answered.
   */
  get timeoutMs(): number {
    const { timeoutMs } = this.callOptions;
    const { state, usual } = this.#owner;
    const isHopeless = this.#stalledIn !== null && state === 'open' && usual.hangs;
    return isHopeless ? timeoutMs - EARLY_MS : timeoutMs;
  }

  /** Nobody watches its calls any more. */
  get stalled(): boolean {
    return this.#left || this.#stalledIn !== null;
  }

  /** Its one call cannot stall from now on. */
  leave(): void {
    if (!this.stalled) this.#owner.onStalledInFlight(1);
    this.#left = true;
  }

  readonly ok = (value: unknown): unknown => this.passed(value);
  readonly err = (error: unknown): unknown => this.failed(error);

  /** Counts a result and hands it on; or the fallback's, when the result is a failure. */
  passed(value: unknown): unknown {
    this.inFlight -= 1;
    if (!this.#plain || this.#stalledIn !== null || looksRefused(value)) return this.#weigh(value);
    const coarseClock = this.#coarseClock;
    const { current } = this.counter;
    const bucket =
      current.index === coarseClock.bucket ? current : this.counter.at(coarseClock.bucket);
    bucket.ok += 1;
    if (bucket.ok % USUAL_SAMPLED === 1)
      this.#owner.usual.add(coarseClock.now - this.startedAt, coarseClock.now);
    if (coarseClock.now - this.startedAt >= this.#slowMs) this.#countSlow(bucket);
    if (this.#listening) {
      const { localBucket } = this.#owner;
      if (coarseClock.now < localBucket.endsAt) localBucket.calls += 1;
      else this.#owner.onVerdict(false, coarseClock.now);
    }
    return value;
  }

  /** Counts an error and throws it on; or returns the fallback's result. `signal` is the caller's, if he has one. */
  failed(error: unknown, signal?: AbortSignal): unknown {
    this.inFlight -= 1;
    const outcome = outcomeOfError(error, this.callOptions.isFailure, signal);
    return this.#settle(error, outcome, true);
  }

  /** Counts a call that has left the batch. `tookMs` is its exact latency where it is known. */
  count(outcome: CallOutcome, tookMs: number | null): void {
    const now = this.#coarseClock.fresh();
    if (outcome === 'success')
      this.#owner.usual.add(tookMs ?? now - this.startedAt - this.lagMs, now);
    const ended = this.#probe;
    if (ended !== null) {
      this.#probe = null;
      ended(VERDICTS[outcome] ?? null, now);
    }
    if (this.#stalledIn !== null) {
      this.#owner.onStalledInFlight(-1);
      this.#correct(outcome, this.#stalledIn);
      return;
    }
    if (this.#left) this.#owner.onStalledInFlight(-1);
    if (outcome === 'cancelled' || outcome === 'ignored') {
      this.#owner.onUncounted(outcome);
      return;
    }
    const bucket = this.counter.at(this.#coarseClock.bucket);
    const failed = outcome === 'failure' || outcome === 'timeout';
    if (this.#kind.ruleAdmitted) {
      if (failed) bucket.ruledFailures += 1;
      else if (outcome === 'success') bucket.ruledOk += 1;
      return;
    }
    if (outcome === 'throttled') bucket.throttled += 1;
    else if (outcome === 'localLag') bucket.localLag += 1;
    else this.#countEnded(bucket, failed, outcome, tookMs, now);
  }

  /** Tells of a call that was counted. What failed or got a 429 may say when it wants to be asked again. */
  heed(value: unknown, outcome: CallOutcome, tookMs?: number): void {
    this.#kind.told?.(outcome, value, tookMs);
    if (outcome === 'failure' || outcome === 'throttled')
      this.#owner.onRefused(value, this.#coarseClock.now);
  }

  /** Adds a call that can be aborted. */
  add(gate: AbortableCall): void {
    gate.index = this.#abortable.push(gate) - 1;
  }

  remove(gate: AbortableCall): void {
    const last = this.#abortable.pop();
    if (last === undefined || last === gate) return;
    this.#abortable[gate.index] = last;
    last.index = gate.index;
  }

  /** Gives up the calls that are still in flight. */
  expire(elapsedMs: number): void {
    const { key, usual } = this.#owner;
    if (!this.#kind.ruleAdmitted) usual.stalled(this.startedAt);
    const timeoutMs = Math.min(this.callOptions.timeoutMs, Math.ceil(elapsedMs));
    const lagged = this.lagMs >= Math.max(LAG_MS, timeoutMs / 4);
    for (const gate of [...this.#abortable]) {
      gate.expire(withoutStack(() => new CallTimeoutError(key, timeoutMs, lagged)));
    }
  }

  /**
   * Counts the calls that are still in flight as failed, before they end; as of when they began where the dependency hangs
   * for all, as it has done so since then.
   */
  stall(now: number): void {
    const { usual } = this.#owner;
    if (!this.#kind.ruleAdmitted) usual.stalled(this.startedAt);
    const failedAt = usual.hangs ? Math.max(this.startedAt, now - DATED_BACK_MS) : now;
    const bucket = this.counter.before(Math.floor(failedAt / BUCKET_MS), this.#coarseClock.bucket);
    this.#stalledIn = bucket;
    const calls = this.inFlight;
    this.#owner.onStalledInFlight(calls);
    if (this.#kind.ruleAdmitted) {
      bucket.ruledFailures += calls;
      return;
    }
    bucket.failures += calls;
    bucket.stalled += calls;
    this.#owner.onFailedCall(this.counter, now);
    for (let call = 0; call < calls && this.#owner.listening; call += 1) {
      this.#owner.onVerdict(true, now, failedAt);
    }
    const ended = this.#probe;
    this.#probe = null;
    ended?.(false, now);
  }

  #weigh(value: unknown): unknown {
    const outcome = outcomeOfResult(value, this.callOptions.isFailure);
    return this.#settle(value, outcome, false);
  }

  #settle(value: unknown, outcome: CallOutcome, thrown: boolean): unknown {
    this.count(outcome, null);
    this.heed(value, outcome);
    const { fallbackHandler } = this.callOptions;
    if (fallbackHandler !== undefined && wantsFallback(outcome))
      return fallbackHandler(value, outcome, thrown);
    if (thrown) throw value;
    return value;
  }

  #countEnded(
    bucket: Bucket,
    failed: boolean,
    outcome: CallOutcome,
    tookMs: number | null,
    now: number,
  ): void {
    if (failed) {
      bucket.failures += 1;
      if (outcome === 'timeout') bucket.timeouts += 1;
    } else {
      bucket.ok += 1;
    }
    if (tookMs === null) this.#countSlow(bucket);
    else if (tookMs >= this.#slowMs) bucket.slow += 1;
    if (failed) this.#owner.onFailedCall(this.counter, now);
    if (this.#owner.listening) this.#owner.onVerdict(failed, now);
  }

  #countSlow(bucket: Bucket): void {
    if (this.#coarseClock.now - this.startedAt - this.lagMs >= this.#slowMs) bucket.slow += 1;
  }

  /** A stalled call has been counted: its end may say better how, as long as nothing was sent, but never adds. */
  #correct(outcome: CallOutcome, bucket: Bucket): void {
    if (bucket.gone) return;
    if (this.#kind.ruleAdmitted) {
      if (outcome !== 'success') return;
      bucket.ruledFailures -= 1;
      bucket.ruledOk += 1;
      return;
    }
    if (outcome === 'timeout') {
      bucket.timeouts += 1;
    } else if (outcome === 'success') {
      bucket.failures -= 1;
      bucket.stalled -= 1;
      bucket.ok += 1;
      if (this.#slowMs !== Infinity) this.#countSlow(bucket);
    }
  }
}

/** What a probe shows that ends like this; null: nothing. */
const VERDICTS: Readonly<Partial<Record<CallOutcome, boolean>>> = {
  success: true,
  failure: false,
  timeout: false,
  throttled: false,
};

/** Whether a caller is better served by something else. */
function wantsFallback(outcome: CallOutcome): boolean {
  return VERDICTS[outcome] === false || outcome === 'localLag';
}
