import { BUCKET_MS } from '@recloser/core';
import { CallTimeoutError, withoutStack } from '../errors.js';
import { type AskedWait } from './asked-wait.js';
import { looksRefused, outcomeOfError, outcomeOfResult, type Outcome } from './outcome.js';
import { retryAfterMs } from '../http/retry-after.js';
import { type BreakerOptions } from '../options/options.js';
import { type Pulse } from './pulse.js';
import { type Bucket, type Tally } from './tally.js';
import { type UsualLatency } from './usual-latency.js';

/** What applies to the calls of a wave: the options, with what the control plane has set over them. */
export interface Traits {
  /** Infinity: none. */
  readonly timeoutMs: number;
  /** Null: a call stalls when it takes much longer than good answers usually do, and at its time-out. */
  readonly stallMs: number | null;
  /** Infinity: never slow. */
  readonly slowMs: number;
  readonly isFailure: BreakerOptions['isFailure'];
  /** What a caller gets instead of a call that failed; undefined: what the call gave or threw. */
  readonly rescue: Rescue | undefined;
  /** Infinity: as many as there are. */
  readonly maxConcurrent: number;
  readonly maxQueue: number;
  readonly queueTimeoutMs: number;
  readonly maxRetries: number;
}

/** `value` is what was thrown, or else the result. */
export type Rescue = (value: unknown, outcome: Outcome, thrown: boolean) => unknown;

/** Whose calls a wave counts. */
export interface WaveOwner {
  readonly key: string;
  /** Changes when calls from now on must not be counted with those before. */
  readonly revision: number;
  /** How long good answers usually take. */
  readonly usual: UsualLatency;
  /** The call failed, or is likely to: it has been running for too long. */
  onTrouble(tally: Tally, now: number): void;
  /** The verdict on a call that ended (or stalled), while this process decides by itself. */
  readonly listening: boolean;
  onVerdict(failed: boolean, now: number, failedAt?: number): void;
  onUncounted(outcome: 'cancelled' | 'ignored'): void;
  /** When the dependency wants to be called again. */
  readonly asked: AskedWait;
  /** How many more (or fewer) calls are in flight that no pulse watches any more. */
  onStuck(calls: number): void;
}

/** Told once how the call of a probe wave went; null when it told nothing. */
export type ProbeVerdict = (ok: boolean | null, now: number) => void;

export interface WaveKind {
  readonly ruled: boolean;
  readonly probe: ProbeVerdict | null;
}
export const EVIDENCE: WaveKind = { ruled: false, probe: null };
export const RULED: WaveKind = { ruled: true, probe: null };

/**
 * The first calls of a wave are timed exactly, and of each 16 that follow one, drawn at random, which stands for all of
 * them: so no place in a burst counts for more than another. The others are timed by the coarse clock.
 */
const ALL_TIMED = 8;
const SAMPLED = 16;
/** One of this many good answers in a bucket, and always the first, says what is usual. */
const USUAL_SAMPLED = 16;

/** Below this, and below a quarter of the timeout, a blocked event loop is no excuse for a timeout. */
const LAG_MS = 50;

/** Stalled calls are dated back by this at most, as older counts are of no use. */
const DATED_BACK_MS = 2_000;

/** A call that can be given up before it ends. */
export interface Gate {
  /** Its place among the wave's. */
  index: number;
  expire(error: Error): void;
}

/**
 * The calls of one breaker that were admitted within the same tick (≤ 10 ms) under the same state version. They share
 * their start, their deadlines and the two callbacks that count them, so that a call needs neither a clock reading nor
 * an object of its own.
 */
export class Wave {
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
  readonly tally: Tally;
  readonly traits: Traits;
  readonly #owner: WaveOwner;
  readonly #pulse: Pulse;
  readonly #kind: WaveKind;
  readonly #plain: boolean;
  readonly #listening: boolean;
  readonly #slowMs: number;
  #probe: ProbeVerdict | null;
  readonly #gates: Gate[] = [];
  #left = false;
  /** Where its calls in flight were counted as stalled. */
  #stalledIn: Bucket | null = null;

  constructor(owner: WaveOwner, tally: Tally, traits: Traits, pulse: Pulse, kind: WaveKind) {
    this.#owner = owner;
    this.tally = tally;
    this.traits = traits;
    this.#pulse = pulse;
    this.#kind = kind;
    this.#probe = kind.probe;
    this.#plain = !kind.ruled && kind.probe === null && traits.isFailure === undefined;
    this.#listening = owner.listening;
    this.#slowMs = traits.slowMs;
    this.startedAt = pulse.enter(this);
    this.tick = pulse.tick;
    this.revision = owner.revision;
  }

  /** The call that just joined is timed: returns for how many it stands, and draws the next one. */
  sampled(random: () => number): number {
    const { calls } = this;
    const blocks = Math.floor((calls - 1 - ALL_TIMED + SAMPLED) / SAMPLED);
    this.exactAt =
      calls < ALL_TIMED ? calls : ALL_TIMED + Math.floor((blocks + random()) * SAMPLED);
    return calls > ALL_TIMED ? SAMPLED : 1;
  }

  belongsTo(owner: object): boolean {
    return this.#owner === owner;
  }

  /** How long its calls may be in flight before they count as failed, in ms. */
  get stallMs(): number {
    const { stallMs, timeoutMs } = this.traits;
    return stallMs ?? Math.min(timeoutMs, this.#owner.usual.limitMs);
  }

  /** Nobody watches its calls any more. */
  get stalled(): boolean {
    return this.#left || this.#stalledIn !== null;
  }

  /** Its one call cannot stall from now on. */
  leave(): void {
    if (!this.stalled) this.#owner.onStuck(1);
    this.#left = true;
  }

  readonly ok = (value: unknown): unknown => this.passed(value);
  readonly err = (error: unknown): unknown => this.failed(error);

  /** Counts a result and hands it on; or the fallback's, when the result is a failure. */
  passed(value: unknown): unknown {
    this.inFlight -= 1;
    if (!this.#plain || this.#stalledIn !== null || looksRefused(value)) return this.#weigh(value);
    const pulse = this.#pulse;
    const { current } = this.tally;
    const bucket = current.index === pulse.bucket ? current : this.tally.at(pulse.bucket);
    bucket.ok += 1;
    if (bucket.ok % USUAL_SAMPLED === 1)
      this.#owner.usual.add(pulse.now - this.startedAt, pulse.now);
    if (pulse.now - this.startedAt >= this.#slowMs) this.#countSlow(bucket);
    if (this.#listening) this.#owner.onVerdict(false, pulse.now);
    return value;
  }

  /** Counts an error and throws it on; or returns the fallback's result. `signal` is the caller's, if he has one. */
  failed(error: unknown, signal?: AbortSignal): unknown {
    this.inFlight -= 1;
    const outcome = outcomeOfError(error, this.traits.isFailure, signal);
    this.count(outcome, null);
    this.heed(error, outcome);
    const { rescue } = this.traits;
    if (rescue === undefined || !isTrouble(outcome)) throw error;
    return rescue(error, outcome, true);
  }

  /** Counts a call that has left the wave. `tookMs` is its exact latency where it is known. */
  count(outcome: Outcome, tookMs: number | null): void {
    const now = this.#pulse.fresh();
    if (outcome === 'success')
      this.#owner.usual.add(tookMs ?? now - this.startedAt - this.lagMs, now);
    const ended = this.#probe;
    if (ended !== null) {
      this.#probe = null;
      ended(verdictOf(outcome), now);
    }
    if (this.#stalledIn !== null) {
      this.#owner.onStuck(-1);
      this.#correct(outcome, this.#stalledIn);
      return;
    }
    if (this.#left) this.#owner.onStuck(-1);
    if (outcome === 'cancelled' || outcome === 'ignored') {
      this.#owner.onUncounted(outcome);
      return;
    }
    const bucket = this.tally.at(this.#pulse.bucket);
    const failed = outcome === 'failure' || outcome === 'timeout';
    if (this.#kind.ruled) {
      if (failed) bucket.ruledFailures += 1;
      else if (outcome === 'success') bucket.ruledOk += 1;
      return;
    }
    if (outcome === 'throttled') bucket.throttled += 1;
    else if (outcome === 'localLag') bucket.localLag += 1;
    else this.#countEnded(bucket, failed, outcome, tookMs, now);
  }

  /** What failed or got a 429 may say when it wants to be asked again. */
  heed(value: unknown, outcome: Outcome): void {
    if (outcome !== 'failure' && outcome !== 'throttled') return;
    const waitMs = retryAfterMs(value);
    if (waitMs !== undefined) this.#owner.asked.ask(waitMs, this.#pulse.now);
  }

  /** Adds a call that can be given up. */
  open(gate: Gate): void {
    gate.index = this.#gates.push(gate) - 1;
  }

  shut(gate: Gate): void {
    const last = this.#gates.pop();
    if (last === undefined || last === gate) return;
    this.#gates[gate.index] = last;
    last.index = gate.index;
  }

  /** Gives up the calls that are still in flight. */
  expire(): void {
    const { key, usual } = this.#owner;
    if (!this.#kind.ruled) usual.stalled(this.startedAt);
    const { timeoutMs } = this.traits;
    const lagged = this.lagMs >= Math.max(LAG_MS, timeoutMs / 4);
    for (const gate of [...this.#gates]) {
      gate.expire(withoutStack(() => new CallTimeoutError(key, timeoutMs, lagged)));
    }
  }

  /**
   * Counts the calls that are still in flight as failed, before they end; as of when they began where the dependency hangs
   * for all, as it has done so since then.
   */
  stall(now: number): void {
    const { usual } = this.#owner;
    if (!this.#kind.ruled) usual.stalled(this.startedAt);
    const failedAt = usual.hangs ? Math.max(this.startedAt, now - DATED_BACK_MS) : now;
    const bucket = this.tally.before(Math.floor(failedAt / BUCKET_MS), this.#pulse.bucket);
    this.#stalledIn = bucket;
    const calls = this.inFlight;
    this.#owner.onStuck(calls);
    if (this.#kind.ruled) {
      bucket.ruledFailures += calls;
      return;
    }
    bucket.failures += calls;
    bucket.stalled += calls;
    this.#owner.onTrouble(this.tally, now);
    for (let call = 0; call < calls && this.#owner.listening; call += 1) {
      this.#owner.onVerdict(true, now, failedAt);
    }
    const ended = this.#probe;
    this.#probe = null;
    ended?.(false, now);
  }

  #weigh(value: unknown): unknown {
    const outcome = outcomeOfResult(value, this.traits.isFailure);
    this.count(outcome, null);
    this.heed(value, outcome);
    const { rescue } = this.traits;
    return rescue !== undefined && isTrouble(outcome) ? rescue(value, outcome, false) : value;
  }

  #countEnded(
    bucket: Bucket,
    failed: boolean,
    outcome: Outcome,
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
    if (failed) this.#owner.onTrouble(this.tally, now);
    if (this.#owner.listening) this.#owner.onVerdict(failed, now);
  }

  #countSlow(bucket: Bucket): void {
    if (this.#pulse.now - this.startedAt - this.lagMs >= this.#slowMs) bucket.slow += 1;
  }

  /** A stalled call has been counted: its end may say better how, as long as nothing was sent, but never adds. */
  #correct(outcome: Outcome, bucket: Bucket): void {
    if (bucket.gone) return;
    if (this.#kind.ruled) {
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

/** Whether a caller is better served by something else. */
function isTrouble(outcome: Outcome): boolean {
  return (
    outcome === 'failure' ||
    outcome === 'timeout' ||
    outcome === 'localLag' ||
    outcome === 'throttled'
  );
}

function verdictOf(outcome: Outcome): boolean | null {
  switch (outcome) {
    case 'success':
      return true;
    case 'failure':
    case 'timeout':
    case 'throttled':
      return false;
    case 'localLag':
    case 'cancelled':
    case 'ignored':
      return null;
  }
}
