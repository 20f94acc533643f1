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
  type RuleEngine,
  type SampleBucket,
  type StateKind,
  type Verdict,
} from '@recloser/core';
import { type AskedWait } from '../control-plane/asked-wait.js';
import { Histogram } from '../signals/histogram.js';
import {
  LocalBreaker,
  noLocalBucket,
  type LocalBucket,
  type LocalPolicy,
} from './local-breaker.js';
import { type BreakerEvents } from '../events.js';
import { type Permit } from '../calls/permit.js';
import { type Pipeline } from '../calls/pipeline.js';
import { type ForceState } from '../options/options.js';
import { type RateLimiter } from '../control-plane/rate-limiter.js';
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
import { type Outbox } from '../signals/outbox.js';
import { UsualLatency } from '../signals/usual-latency.js';
import { type BatchOwner, type ProbeVerdict } from '../signals/call-batch.js';

/** What a control plane changes in the work of a runtime. Its client sets it. */
export interface Fleet {
  /** A runtime was created: applies what is known of its breaker. */
  introduce(runtime: BreakerRuntime): void;
  /** Whether this process may decide about it while it is alone. */
  mayDecide(runtime: BreakerRuntime, now: number): boolean;
  /** The right to probe for the fleet; null: there is none. */
  claimPermit(runtime: BreakerRuntime, now: number): ProbeVerdict | null;
  /** A call failed, or got a 429. */
  onRefused(runtime: BreakerRuntime, value: unknown, now: number): void;
}

/** What a breaker's runtime needs from the SDK, and reports to it. */
export interface RuntimeHost {
  readonly parts: {
    readonly random: () => number;
    readonly outbox: Outbox;
    readonly onListenerFailed: (error: unknown) => void;
  };
  /** How many instances there are, as far as is known. */
  readonly size: number;
  /** This process decides alone. */
  readonly alone: boolean;
  readonly base: Context;
  readonly rules: RuleEngine | null;
  readonly theFleet: Fleet;
  /** This process's own breaker changed. */
  onLocal(runtime: BreakerRuntime, from: StateKind): void;
}

/** The way of calls past a breaker. */
export interface Bypass extends Pick<Pipeline, 'run'> {
  readonly permit: Permit;
}

const NOT_COUNTED = noLocalBucket();

/**
 * The state of one breaker in this process: its view, who decides, and what is counted. What only a control plane or a
 * program does to it is not here, but where they are: many processes need neither.
 */
export class BreakerRuntime implements CounterOwner, BatchOwner {
  readonly key: string;
  readonly host: RuntimeHost;
  /** Changes when calls from now on must not be counted with those before. */
  revision = 0;
  /** All calls are admitted and count as evidence. */
  passesAll = true;
  /** No call is admitted except probes. */
  rejectsAll = false;
  /** What makes calls that are neither judged nor counted; null: they are. */
  bypass: Bypass | null = null;
  /** Who hears of its calls; null: nobody. */
  events: { emit<K extends keyof BreakerEvents>(name: K, event: BreakerEvents[K]): void } | null =
    null;
  counter: OutcomeCounter;
  /** Counters of earlier versions that are not yet sent. */
  retired: readonly OutcomeCounter[] = [];
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
  view: InstanceView | null = null;
  /** Monotonic ms at which the view arrived. */
  viewAt = 0;
  local: LocalBreaker | null = null;
  /** Set while the local breaker only holds back what the fleet has decided: the version at the return. */
  returnedAt: number | null = null;
  policy: LocalPolicy | null;
  /** At what the program holds it; break-glass counts before. */
  held: ForceState | Bypass | null = null;
  /** What the program's controls of it share; null while there is none. */
  control: object | null = null;
  #given: ForceState | null;
  #force: ForceState | null = null;
  #compiled: CompiledBreaker | null = null;
  #released = false;

  constructor(
    key: string,
    force: ForceState | null,
    policy: LocalPolicy | null,
    host: RuntimeHost,
  ) {
    this.key = key;
    this.#given = this.#force = force;
    this.policy = policy;
    this.host = host;
    this.counter = new OutcomeCounter(key, null, this);
    this.refresh();
  }

  get listening(): boolean {
    return this.local !== null;
  }

  get localBucket(): LocalBucket {
    return this.local?.bucket ?? NOT_COUNTED;
  }

  /** The state that decides here and now. */
  get state(): StateKind {
    if (this.#force !== null) return this.#force;
    return this.#compiled?.view.state ?? 'closed';
  }

  get admission(): number {
    if (this.#force !== null) return this.#force === 'open' ? ADMISSION_NONE : ADMISSION_ALL;
    if (this.view?.mode === 'observe') return ADMISSION_ALL;
    return this.#compiled?.view.admission ?? ADMISSION_ALL;
  }

  /** Everything that is counted and not yet sent. */
  get counters(): readonly OutcomeCounter[] {
    return [...this.retired, this.counter];
  }

  /** What this process goes by while it decides alone. */
  adopt(policy: LocalPolicy): void {
    this.policy = policy;
    this.local?.adopt(policy);
  }

  /** Starts to decide in this process, from the last known state, because the control plane is unreachable. */
  startLocal(now: number): void {
    this.returnedAt = null;
    if (this.local === null && this.#force === null && this.host.theFleet.mayDecide(this, now))
      this.makeLocal(now);
    this.permit = null;
    this.refresh();
  }

  /** A breaker of this process's own, which starts from the state that is known. */
  makeLocal(now: number): LocalBreaker {
    const { size } = this.host;
    const random = this.host.parts.random();
    return (this.local = new LocalBreaker(this, size, this.policy, now, random));
  }

  dropLocal(): void {
    this.local = this.returnedAt = null;
  }

  /** Break-glass, over everything else; null lifts it. */
  forceTo(force: ForceState | null, now: number): void {
    this.#given = force;
    this.enforce(now);
  }

  /** Takes up what forces and holds it. */
  enforce(now: number): void {
    const force = this.#given ?? this.held;
    this.bypass = typeof force === 'object' ? force : null;
    this.#force = typeof force === 'object' ? force && 'closed' : force;
    this.refresh();
    // What is no longer forced is decided here like all the rest.
    if (this.#force === null && this.host.alone) this.startLocal(now);
  }

  /** The SDK was closed: nothing is turned away any more. */
  release(): void {
    this.#released = true;
    this.refresh();
  }

  verdict(context: Context | undefined, sample: SampleBucket | undefined): Verdict {
    if (this.passesAll) return VERDICT_ADMITTED;
    if (this.#compiled === null) return VERDICT_REJECTED;
    return safeVerdict(this.#compiled, context, sample);
  }

  explain(context: Context | undefined, sample: SampleBucket | undefined): AdmissionDecision {
    const compiled = this.#compiled;
    if (this.#force !== null || this.#released || compiled === null) {
      const admitted = this.passesAll;
      const admission = admitted ? ADMISSION_ALL : ADMISSION_NONE;
      const reason = this.#force === null ? 'unknown' : 'forced';
      return { admitted, reason, admission, bucket: null, evidence: true };
    }
    const decision = safeDecision(compiled, context, sample);
    const byRule = decision.reason === 'rule' || decision.reason === 'observe';
    return byRule || this.limiter === null ? decision : { ...decision, reason: 'local' };
  }

  /** Why a call was turned away. */
  refusal(context: Context | undefined): DecisionReason {
    if (this.#force !== null) return 'forced';
    if (!this.rejectsAll) return this.explain(context, undefined).reason;
    if (this.limiter !== null) return 'local';
    return this.state === 'probing' ? 'probe' : 'open';
  }

  /** Advances the local breaker to `now`. */
  advance(now: number): void {
    const from = this.state;
    if (this.local?.advance(now) === true) this.localChanged(from);
  }

  claimLocalProbe(now: number, context: Context | undefined): boolean {
    const { host, limiter, view } = this;
    // Back under the control plane, only whom it would let in may test for this process.
    if (this.returnedAt !== null && view !== null) {
      const fleet = compileView(view, host.base, host.rules);
      if (safeVerdict(fleet, context, host.parts.random() * ADMISSION_ALL) === VERDICT_REJECTED)
        return false;
    }
    return limiter?.claimProbe(now, host.parts.random()) === true;
  }

  onLocalProbe(ok: boolean | null, now: number): void {
    const from = this.state;
    if (this.local?.probed(ok, now, this.host.parts.random()) === true) this.localChanged(from);
  }

  retryAfterMs(now: number): number | null {
    if (this.#force !== null) return null;
    if (this.limiter !== null) return this.limiter.retryAfterMs(now);
    const after = this.view?.retryAfterMs ?? null;
    return after === null ? null : Math.round(Math.max(0, after - Math.max(0, now - this.viewAt)));
  }

  onDirty(counter: OutcomeCounter): void {
    const { state } = this;
    // A recovery waits for what it holds.
    this.host.parts.outbox.add(counter, state === 'probing' || state === 'ramping');
  }

  onGone(bucket: Bucket, sent: boolean): void {
    addBucket(this.totals, bucket);
    if (sent) return;
    this.host.parts.outbox.lost += bucket.ok + bucket.failures;
    // Not told for 15 s: what was measured until now is not to be told as something new.
    this.latency.drop();
  }

  onFailedCall(counter: OutcomeCounter, now: number): void {
    this.host.parts.outbox.sender?.failedCall(counter, now);
  }

  onVerdict(failed: boolean, now: number, failedAt = now): void {
    if (!failed) {
      // Never changes the state, and needs no randomness.
      this.local?.record(false, now, 0);
      return;
    }
    const from = this.state;
    const changed = this.local?.record(true, now, this.host.parts.random(), failedAt);
    if (changed === true) this.localChanged(from);
  }

  onRefused(value: unknown, now: number): void {
    this.host.theFleet.onRefused(this, value, now);
  }

  onUncounted(outcome: 'cancelled' | 'ignored'): void {
    this[outcome] += 1;
  }

  onStalledInFlight(calls: number): void {
    this.stalledInFlight += calls;
  }

  localChanged(from: StateKind): void {
    if (this.returnedAt !== null && this.local?.kind === 'closed') this.dropLocal();
    this.refresh();
    this.host.onLocal(this, from);
  }

  refresh(): void {
    this.revision += 1;
    if (this.#force !== null || this.#released) {
      this.#compiled = null;
      this.passesAll = this.#force !== 'open' || this.#released;
      this.rejectsAll = !this.passesAll;
      return;
    }
    const view = this.#effective();
    this.#compiled = view === null ? null : compileView(view, this.host.base, this.host.rules);
    this.passesAll = this.#compiled?.admitsAll ?? true;
    this.rejectsAll = this.#compiled?.rejectsAll ?? false;
  }

  /** The local breaker, where it is what turns calls away. */
  get limiter(): LocalBreaker | null {
    const { local } = this;
    return local === null || local.kind === 'closed' || this.#fleetFirst(local) ? null : local;
  }

  /** Back under the control plane, and it lets no more in than this process would. */
  #fleetFirst(local: LocalBreaker): boolean {
    return this.returnedAt !== null && (this.view?.admission ?? ADMISSION_ALL) <= local.admission;
  }

  #effective(): BreakerView | null {
    const { view, local } = this;
    if (local === null) return view;
    const known = view ?? unknownView(this.key);
    if (known.mode === 'observe') return known;
    return this.#fleetFirst(local)
      ? known
      : { ...known, state: local.kind, admission: local.admission };
  }
}
