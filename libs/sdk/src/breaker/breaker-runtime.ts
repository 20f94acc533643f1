import {
  ADMISSION_ALL,
  ADMISSION_NONE,
  compileView,
  VERDICT_ADMITTED,
  VERDICT_REJECTED,
  type AdmissionDecision,
  type BreakerView,
  type InstanceView,
  type CompiledBreaker,
  type Context,
  type DecisionReason,
  type LatencyBins,
  type RuleEngine,
  type StateKind,
  type Verdict,
} from '@recloser/core';
import { type AskedWait } from '../control-plane/asked-wait.js';
import { Histogram } from '../signals/histogram.js';
import { LocalBreaker, type LocalReport, type LocalPolicy } from './local-breaker.js';
import { type ForceState } from '../options/options.js';
import { type RateLimiter, type rateLimiterFor } from '../control-plane/rate-limiter.js';
import { type HeldPermit } from './permits.js';
import { safeDecision, safeVerdict } from './safe-decision.js';
import { unknownView } from './unknown-view.js';
import { type BreakerLimits } from '../calls/breaker-limits.js';
import {
  type Bucket,
  OutcomeCounter,
  type CounterOwner,
  addBucket,
  emptyBucket,
} from '../signals/outcome-counter.js';
import { UsualLatency } from '../signals/usual-latency.js';
import { type BatchOwner } from '../signals/call-batch.js';

/** What a breaker's runtime needs from the SDK, and reports to it. */
export interface RuntimeHost {
  random(): number;
  /** How many instances there are, as far as is known. */
  readonly size: number;
  readonly base: Context;
  readonly rules: RuleEngine | null;
  readonly rateLimiterFor: typeof rateLimiterFor;
  /** `soon`: a recovery waits for what it holds. */
  onDirty(counter: OutcomeCounter, soon: boolean): void;
  onFailedCall(counter: OutcomeCounter, now: number): void;
  onLost(calls: number): void;
  /** A call failed, or got a 429. */
  onRefused(runtime: BreakerRuntime, value: unknown, now: number): void;
  /** This process's own breaker changed. */
  onLocal(runtime: BreakerRuntime, from: StateKind): void;
}

/** The state of one breaker in this process: its view, who decides, and what is counted. */
export class BreakerRuntime implements CounterOwner, BatchOwner {
  readonly key: string;
  /** Changes when calls from now on must not be counted with those before. */
  revision = 0;
  /** All calls are admitted and count as evidence. */
  passesAll = true;
  /** No call is admitted except probes. */
  rejectsAll = false;
  counter: OutcomeCounter;
  permit: HeldPermit | null = null;
  /** Set while the fleet ramps under a rate limit; null otherwise. */
  rateLimiter: RateLimiter | null = null;
  readonly latency = new Histogram();
  readonly usual = new UsualLatency();
  /** Set by the control-plane client when the dependency first says when it wants to be called again. */
  asked: AskedWait | null = null;
  readonly totals: Bucket = emptyBucket(-1);
  cancelled = 0;
  ignored = 0;
  stalledInFlight = 0;
  /** Limits that the breaker's calls share; null until a call needs one. */
  limits: BreakerLimits | null = null;
  readonly #host: RuntimeHost;
  #force: ForceState | null;
  #policy: LocalPolicy | null;
  /** Of earlier versions, and not yet sent. */
  #retired: readonly OutcomeCounter[] = [];
  #view: InstanceView | null = null;
  /** Monotonic ms at which the view arrived. */
  #viewAt = 0;
  #compiled: CompiledBreaker | null = null;
  #local: LocalBreaker | null = null;
  /** Set while the local breaker only holds back what the fleet has decided: the version at the return. */
  #returnedAt: number | null = null;
  #released = false;

  constructor(
    key: string,
    force: ForceState | null,
    policy: LocalPolicy | null,
    host: RuntimeHost,
  ) {
    this.key = key;
    this.#force = force;
    this.#policy = policy;
    this.#host = host;
    this.counter = new OutcomeCounter(key, null, this);
    this.#refresh();
  }

  get view(): InstanceView | null {
    return this.#view;
  }

  get listening(): boolean {
    return this.#local !== null;
  }

  /** The state that decides here and now. */
  get state(): StateKind {
    if (this.#force !== null) return this.#force;
    return this.#compiled?.view.state ?? 'closed';
  }

  get admission(): number {
    if (this.#force !== null) return this.#force === 'open' ? ADMISSION_NONE : ADMISSION_ALL;
    if (this.#view?.mode === 'observe') return ADMISSION_ALL;
    return this.#compiled?.view.admission ?? ADMISSION_ALL;
  }

  /** Everything that is counted and not yet sent. */
  get counters(): readonly OutcomeCounter[] {
    return [...this.#retired, this.counter];
  }

  /** Applies the control plane's view. Null: it does not have this breaker (any more). */
  applyView(view: InstanceView | null, now: number): void {
    const first = this.#view === null;
    this.#view = view;
    this.#viewAt = now;
    this.#count(view, first);
    if (this.#returnedAt !== null && view?.version !== this.#returnedAt) this.#dropLocal();
    if (this.permit !== null && this.permit.version !== view?.version) this.permit = null;
    this.rateLimiter = this.#host.rateLimiterFor(view, this.rateLimiter, this.#host.size, now);
    this.#refresh();
  }

  /**
   * Applies a view from before this process started, and decides locally from there unless this breaker opened already.
   */
  hydrate(view: InstanceView, fleet: number, now: number): void {
    if (this.#local?.kind === 'closed') this.#dropLocal();
    this.applyView(view, now);
    this.startLocal(fleet, now);
  }

  /** What this process goes by while it decides alone. */
  adopt(policy: LocalPolicy): void {
    this.#policy = policy;
    this.#local?.adopt(policy);
  }

  /** Starts to decide in this process, from the last known state, because the control plane is unreachable. */
  startLocal(fleet: number, now: number): void {
    this.#returnedAt = null;
    if (this.#local === null && this.#mayDecide(now)) {
      const start = { state: this.state, admission: this.admission };
      this.#local = new LocalBreaker(start, fleet, this.#policy, now, this.#host.random());
    }
    this.permit = null;
    this.#refresh();
  }

  /** Returns decisions to the control plane. Until its next decision the smaller of both admissions counts. */
  resumeRemote(): void {
    if (this.#local === null) return;
    this.#returnedAt = this.#view?.version ?? -1;
    if (this.#local.kind === 'closed') this.#dropLocal();
    this.#refresh();
  }

  /** Break-glass, over everything else; null lifts it. */
  forceTo(force: ForceState | null): void {
    if (this.#force === force) return;
    this.#force = force;
    this.#refresh();
  }

  /** The SDK was closed: nothing is turned away any more. */
  release(): void {
    this.#released = true;
    this.#refresh();
  }

  verdict(context: Context | undefined, sample: number | undefined): Verdict {
    if (this.passesAll) return VERDICT_ADMITTED;
    if (this.#compiled === null) return VERDICT_REJECTED;
    return safeVerdict(this.#compiled, context, sample);
  }

  explain(context: Context | undefined, sample: number | undefined): AdmissionDecision {
    const compiled = this.#compiled;
    if (this.#force !== null || this.#released || compiled === null) {
      const admitted = this.passesAll;
      const admission = admitted ? ADMISSION_ALL : ADMISSION_NONE;
      const reason = this.#force === null ? 'unknown' : 'forced';
      return { admitted, reason, admission, bucket: null, evidence: true };
    }
    const decision = safeDecision(compiled, context, sample);
    const byRule = decision.reason === 'rule' || decision.reason === 'observe';
    return byRule || this.#limiter === null ? decision : { ...decision, reason: 'local' };
  }

  /** Why a call was turned away. */
  refusal(context: Context | undefined): DecisionReason {
    if (this.#force !== null) return 'forced';
    if (!this.rejectsAll) return this.explain(context, undefined).reason;
    if (this.#limiter !== null) return 'local';
    return this.state === 'probing' ? 'probe' : 'open';
  }

  /** Advances the local breaker to `now`. */
  advance(now: number): void {
    const local = this.#local;
    if (local === null) return;
    const from = this.state;
    if (local.advance(now)) this.#localChanged(from);
  }

  claimLocalProbe(now: number, context: Context | undefined): boolean {
    const view = this.#view;
    // Back under the control plane, only whom it would let in may test for this process.
    if (this.#returnedAt !== null && view !== null) {
      const fleet = compileView(view, this.#host.base, this.#host.rules);
      if (safeVerdict(fleet, context, this.#host.random() * ADMISSION_ALL) === VERDICT_REJECTED)
        return false;
    }
    return this.#limiter?.claimProbe(now, this.#host.random()) ?? false;
  }

  onLocalProbe(ok: boolean | null, now: number): void {
    const from = this.state;
    if (this.#local?.probed(ok, now, this.#host.random()) === true) this.#localChanged(from);
  }

  retryAfterMs(now: number): number | null {
    if (this.#force !== null) return null;
    if (this.#limiter !== null) return this.#limiter.retryAfterMs(now);
    const after = this.#view?.retryAfterMs ?? null;
    return after === null ? null : Math.round(Math.max(0, after - Math.max(0, now - this.#viewAt)));
  }

  onDirty(counter: OutcomeCounter): void {
    const { state } = this;
    this.#host.onDirty(counter, state === 'probing' || state === 'ramping');
  }

  onGone(bucket: Bucket, sent: boolean): void {
    addBucket(this.totals, bucket);
    if (sent) return;
    this.#host.onLost(bucket.ok + bucket.failures);
    // Not told for 15 s: what was measured until now is not to be told as something new.
    this.latency.drop();
  }

  takeLatencies(): LatencyBins | null {
    return this.latency.take();
  }

  /** Only what turns calls away although the fleet's state would let them in. */
  opening(now: number): LocalReport | null {
    return this.#limiter?.opening(now) ?? null;
  }

  onFailedCall(counter: OutcomeCounter, now: number): void {
    this.#host.onFailedCall(counter, now);
  }

  onVerdict(failed: boolean, now: number, failedAt = now): void {
    if (!failed) {
      // Never changes the state, and needs no randomness.
      this.#local?.record(false, now, 0);
      return;
    }
    const from = this.state;
    const changed = this.#local?.record(true, now, this.#host.random(), failedAt);
    if (changed === true) this.#localChanged(from);
  }

  onRefused(value: unknown, now: number): void {
    this.#host.onRefused(this, value, now);
  }

  onUncounted(outcome: 'cancelled' | 'ignored'): void {
    this[outcome] += 1;
  }

  onStalledInFlight(calls: number): void {
    this.stalledInFlight += calls;
  }

  /** Until when a person's hold outlives the control plane; Infinity: for good; null: nothing is held. */
  heldUntil(): number | null {
    if (this.#view?.mode !== 'held') return null;
    return this.#view.retryAfterMs === null ? Infinity : this.#viewAt + this.#view.retryAfterMs;
  }

  #mayDecide(now: number): boolean {
    if (this.#force !== null || this.#view?.mode === 'observe') return false;
    return (this.heldUntil() ?? now) <= now && this.#view?.state !== 'dimmed';
  }

  #localChanged(from: StateKind): void {
    if (this.#returnedAt !== null && this.#local?.kind === 'closed') this.#dropLocal();
    this.#refresh();
    this.#host.onLocal(this, from);
  }

  #dropLocal(): void {
    this.#local = null;
    this.#returnedAt = null;
  }

  /** What was counted before the breaker was known belongs to its first state, if that state let everyone in too. */
  #count(view: BreakerView | null, first: boolean): void {
    const version = view?.version ?? null;
    if (this.counter.version === version) return;
    if (first && view?.state === 'closed') {
      this.counter.version = version;
      if (this.counter.buckets.length > 0) this.onDirty(this.counter);
      return;
    }
    this.#retired = [...this.#retired.filter(({ buckets }) => buckets.length > 0), this.counter];
    this.counter = new OutcomeCounter(this.key, version, this);
  }

  #refresh(): void {
    this.revision += 1;
    if (this.#force !== null || this.#released) {
      this.#compiled = null;
      this.passesAll = this.#force !== 'open' || this.#released;
      this.rejectsAll = !this.passesAll;
      return;
    }
    const view = this.#effective();
    this.#compiled = view === null ? null : compileView(view, this.#host.base, this.#host.rules);
    this.passesAll = this.#compiled?.admitsAll ?? true;
    this.rejectsAll = this.#compiled?.rejectsAll ?? false;
  }

  /** The local breaker, where it is what turns calls away. */
  get #limiter(): LocalBreaker | null {
    const local = this.#local;
    return local === null || local.kind === 'closed' || this.#fleetFirst(local) ? null : local;
  }

  /** Back under the control plane, and it lets no more in than this process would. */
  #fleetFirst(local: LocalBreaker): boolean {
    return this.#returnedAt !== null && (this.#view?.admission ?? ADMISSION_ALL) <= local.admission;
  }

  #effective(): BreakerView | null {
    const view = this.#view;
    const local = this.#local;
    if (local === null) return view;
    const known = view ?? unknownView(this.key);
    if (known.mode === 'observe') return known;
    return this.#fleetFirst(local)
      ? known
      : { ...known, state: local.kind, admission: local.admission };
  }
}
