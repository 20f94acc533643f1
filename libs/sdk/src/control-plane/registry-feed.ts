import { type BreakerView, type InstanceView, viewForInstance } from '@recloser/core';
import { type PermitFrame, type ProbeResultFrame, type QuotaFrame } from '@recloser/protocol';
import { type BreakerRuntime, type Fleet } from '../breaker/breaker-runtime.js';
import { type Registry } from '../breaker/registry.js';
import { type Emitter } from '../emitter.js';
import { type RecloserEvents, type TransitionEvent } from '../events.js';
import { retryAfterMs } from '../integrations/http/retry-after.js';
import { type ProbeVerdict } from '../signals/call-batch.js';
import { AskedWait } from './asked-wait.js';
import { applyView, heldUntil, hydrate, mayDecide, resumeRemote } from './runtime-views.js';

/** Applies the control plane's frames to the registry. */
export class RegistryFeed implements Fleet {
  readonly #registry: Registry;
  readonly #events: Emitter<RecloserEvents>;
  readonly #send: (frame: ProbeResultFrame) => void;
  /** Monotonic ms. */
  #viewsAppliedAt = 0;

  /** `send` tells the control plane how a probe went. */
  constructor(
    registry: Registry,
    events: Emitter<RecloserEvents>,
    send: (frame: ProbeResultFrame) => void,
  ) {
    this.#registry = registry;
    this.#events = events;
    this.#send = send;
    registry.theFleet = this;
  }

  introduce(runtime: BreakerRuntime): void {
    const view = this.#registry.views.get(runtime.key);
    if (view !== undefined) applyView(runtime, this.#own(view), this.#viewsAppliedAt);
  }

  readonly mayDecide = mayDecide;

  /** Turns a permit into a probe call, and tells at once how it went. */
  claimPermit(runtime: BreakerRuntime, now: number): ProbeVerdict | null {
    const { permit } = runtime;
    runtime.permit = null;
    if (permit === null || now >= permit.expiresAt) return null;
    return (ok, endedAt) => {
      const { version, round, id } = permit;
      if (ok !== null) {
        this.#send({ t: 'probe', b: runtime.key, v: version, round, id, ok, ms: endedAt - now });
      } else if (endedAt < permit.expiresAt && runtime.view?.version === version) {
        // The call told nothing: the next one may use the permit, if the fleet still waits for it.
        runtime.permit ??= permit;
      }
    };
  }

  /** What was refused may say when the dependency wants to be called again. */
  onRefused(runtime: BreakerRuntime, value: unknown, now: number): void {
    const waitMs = retryAfterMs(value);
    if (waitMs !== undefined) (runtime.asked ??= new AskedWait()).ask(waitMs, now);
  }

  /** This process decides alone from now on. */
  startLocal(now: number): void {
    const registry = this.#registry;
    registry.alone = true;
    for (const runtime of registry.runtimes) runtime.startLocal(now);
  }

  resumeRemote(): void {
    const registry = this.#registry;
    if (!registry.alone) return;
    registry.alone = false;
    for (const runtime of registry.runtimes) resumeRemote(runtime);
  }

  /** Keys that the code uses and the control plane does not know. */
  unknownKeys(): string[] {
    const { runtimes, views } = this.#registry;
    return Array.from(runtimes, ({ key }) => key).filter((key) => !views.has(key));
  }

  /** Starts from the snapshot of an earlier process. */
  hydrate(views: readonly BreakerView[], fleet: number | undefined, now: number): void {
    const registry = this.#registry;
    registry.fleet = fleet;
    this.#take(views, now);
    for (const [runtime, view] of this.#known()) hydrate(runtime, this.#own(view), now);
  }

  /** Replaces everything that was known. Returns what tells the listeners. */
  replace(views: readonly BreakerView[], now: number): () => void {
    const registry = this.#registry;
    const before = registry.views;
    this.#take(views, now);
    for (const runtime of registry.runtimes) {
      const view = registry.views.get(runtime.key);
      applyView(runtime, view === undefined ? null : this.#own(view), now);
    }
    return () => this.#announce(views, before);
  }

  /** Applies changes, all at once: no call is decided between the first and the last. Returns what tells the listeners. */
  change(views: readonly BreakerView[], removed: readonly string[], now: number): () => void {
    const registry = this.#registry;
    const before = new Map<string, BreakerView>();
    for (const view of views) {
      const old = registry.views.get(view.key);
      if (old !== undefined) before.set(view.key, old);
      registry.views.set(view.key, view);
      this.#apply(view.key, this.#own(view), now);
    }
    for (const key of removed) {
      registry.views.delete(key);
      this.#apply(key, null, now);
    }
    return () => this.#announce(views, before);
  }

  /** This process goes by another name from now on: parts of the fleet that bear it are its own. */
  rename(instance: string, now: number): void {
    const registry = this.#registry;
    registry.base = { ...registry.base, instance };
    for (const [runtime, view] of this.#known()) applyView(runtime, this.#own(view), now);
  }

  permit(frame: PermitFrame, now: number): void {
    const runtime = this.#registry.known(frame.b);
    if (runtime?.view?.version !== frame.v) return;
    const { id, v: version, round, ttlMs } = frame;
    runtime.permit = { id, version, round, expiresAt: now + ttlMs };
  }

  quota(frame: QuotaFrame, now: number): void {
    this.#registry.known(frame.b)?.rateLimiter?.setQuota(frame.rps, now + frame.ttlMs, now);
  }

  /** When a person's hold ends next, after which that breaker is decided here too; Infinity: none does. */
  nextHoldEnd(now: number): number {
    const ends = Array.from(this.#registry.runtimes, (runtime) => heldUntil(runtime) ?? Infinity);
    return Math.min(Infinity, ...ends.filter((until) => until > now));
  }

  #take(views: readonly BreakerView[], now: number): void {
    this.#registry.views = new Map(views.map((view) => [view.key, view]));
    this.#viewsAppliedAt = now;
  }

  #apply(key: string, view: InstanceView | null, now: number): void {
    const runtime = this.#registry.known(key);
    if (runtime !== undefined) applyView(runtime, view, now);
  }

  /** Of what holds for parts of the fleet, what holds for this process. */
  #own(view: BreakerView): InstanceView {
    return viewForInstance(view, this.#registry.base);
  }

  #known(): [BreakerRuntime, BreakerView][] {
    const { runtimes, views } = this.#registry;
    return [...runtimes].flatMap((runtime): [BreakerRuntime, BreakerView][] => {
      const view = views.get(runtime.key);
      return view === undefined ? [] : [[runtime, view]];
    });
  }

  #announce(views: readonly BreakerView[], before: ReadonlyMap<string, BreakerView>): void {
    if (!this.#events.has('transition')) return;
    for (const view of views) {
      const old = before.get(view.key);
      const event = transitionOf(this.#own(view), old && this.#own(old));
      if (event !== null) this.#events.emit('transition', event);
    }
  }
}

function transitionOf(view: BreakerView, before: BreakerView | undefined): TransitionEvent | null {
  const from = before?.state ?? 'closed';
  if (before === undefined ? view.state === 'closed' : isSame(view, before)) return null;
  const { key, state, admission, mode, version } = view;
  return { breaker: key, from, to: state, admission, mode, version, source: 'fleet' };
}

function isSame(view: BreakerView, before: BreakerView): boolean {
  return (
    view.state === before.state && view.admission === before.admission && view.mode === before.mode
  );
}
