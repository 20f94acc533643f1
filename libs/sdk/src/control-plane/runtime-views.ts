import { type InstanceView } from '@recloser/core';
import { type BreakerRuntime } from '../breaker/breaker-runtime.js';
import { rateLimiterFor } from './rate-limiter.js';

/** Applies the control plane's view. Null: it does not have this breaker (any more). */
export function applyView(runtime: BreakerRuntime, view: InstanceView | null, now: number): void {
  const first = runtime.view === null;
  runtime.view = view;
  runtime.viewAt = now;
  countUnder(runtime, view, first);
  if (runtime.returnedAt !== null && view?.version !== runtime.returnedAt) runtime.dropLocal();
  if (runtime.permit !== null && runtime.permit.version !== view?.version) runtime.permit = null;
  runtime.rateLimiter = rateLimiterFor(view, runtime.rateLimiter, runtime.host.size, now);
  runtime.refresh();
}

/** Applies a view from before this process started, and decides locally from there unless this breaker opened already. */
export function hydrate(runtime: BreakerRuntime, view: InstanceView, now: number): void {
  if (runtime.local?.kind === 'closed') runtime.dropLocal();
  applyView(runtime, view, now);
  runtime.startLocal(now);
}

/** Returns decisions to the control plane. Until its next decision the smaller of both admissions counts. */
export function resumeRemote(runtime: BreakerRuntime): void {
  if (runtime.local === null) return;
  runtime.returnedAt = runtime.view?.version ?? -1;
  if (runtime.local.kind === 'closed') runtime.dropLocal();
  runtime.refresh();
}

/** Until when a person's hold outlives the control plane; Infinity: for good; null: nothing is held. */
export function heldUntil({ view, viewAt }: BreakerRuntime): number | null {
  if (view?.mode !== 'held') return null;
  return view.retryAfterMs === null ? Infinity : viewAt + view.retryAfterMs;
}

/** Whether this process may decide about a breaker once it is alone. */
export function mayDecide(runtime: BreakerRuntime, now: number): boolean {
  const { view } = runtime;
  if (view?.mode === 'observe' || view?.state === 'dimmed') return false;
  return (heldUntil(runtime) ?? now) <= now;
}

/** What was counted before the breaker was known belongs to its first state, if that state let everyone in too. */
function countUnder(runtime: BreakerRuntime, view: InstanceView | null, first: boolean): void {
  const { counter } = runtime;
  const version = view?.version ?? null;
  if (counter.version === version) return;
  if (first && view?.state === 'closed') {
    counter.version = version;
    if (counter.buckets.length > 0) runtime.onDirty(counter);
    return;
  }
  runtime.retired = [...runtime.retired.filter(({ buckets }) => buckets.length > 0), counter];
  runtime.counter = counter.next(version);
}
