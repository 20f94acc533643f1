import { type BreakerView } from '@recloser/core';
import { type PermitFrame, type QuotaFrame } from '@recloser/protocol';
import { type BreakerRuntime } from '../breaker/breaker-runtime.js';
import { type Registry } from '../breaker/registry.js';
import { type Emitter } from '../emitter.js';
import { type RecloserEvents, type TransitionEvent } from '../events.js';

/** Applies the control plane's frames to the registry. */
export class RegistryFeed {
  readonly #registry: Registry;
  readonly #events: Emitter<RecloserEvents>;

  constructor(registry: Registry, events: Emitter<RecloserEvents>) {
    this.#registry = registry;
    this.#events = events;
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
    for (const [runtime, view] of this.#known())
      runtime.hydrate(registry.own(view), registry.size, now);
  }

  /** Replaces everything that was known. Returns what tells the listeners. */
  replace(views: readonly BreakerView[], now: number): () => void {
    const registry = this.#registry;
    const before = registry.views;
    this.#take(views, now);
    for (const runtime of registry.runtimes) {
      const view = registry.views.get(runtime.key);
      runtime.applyView(view === undefined ? null : registry.own(view), now);
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
      registry.known(view.key)?.applyView(registry.own(view), now);
    }
    for (const key of removed) {
      registry.views.delete(key);
      registry.known(key)?.applyView(null, now);
    }
    return () => this.#announce(views, before);
  }

  /** This process goes by another name from now on: parts of the fleet that bear it are its own. */
  rename(instance: string, now: number): void {
    const registry = this.#registry;
    registry.base = { ...registry.base, instance };
    for (const [runtime, view] of this.#known()) runtime.applyView(registry.own(view), now);
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
    const ends = Array.from(this.#registry.runtimes, (runtime) => runtime.heldUntil() ?? Infinity);
    return Math.min(Infinity, ...ends.filter((until) => until > now));
  }

  #take(views: readonly BreakerView[], now: number): void {
    this.#registry.views = new Map(views.map((view) => [view.key, view]));
    this.#registry.viewsAppliedAt = now;
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
    const registry = this.#registry;
    for (const view of views) {
      const old = before.get(view.key);
      const event = transitionOf(registry.own(view), old && registry.own(old));
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
