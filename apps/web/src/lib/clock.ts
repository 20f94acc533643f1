'use client';

import { useCallback, useSyncExternalStore } from 'react';

/**
 * The store's clock as seen from here. One timer serves every component that shows a time; the offset is measured
 * on the live feed, so that a countdown is right on a machine whose clock is wrong.
 */
let offset = 0;
let timer: ReturnType<typeof setInterval> | undefined;
/** The time that is shown. It moves with the timer only: a slow rendering must not find it changed. */
let shown = 0;
const listeners = new Set<() => void>();

/** `at`: the store's time of a message that has just arrived. The smallest delay seen is the truest. */
export function noteServerTime(at: number): void {
  const seen = at - Date.now();
  const drifted = Math.abs(seen - offset) > 2_000;
  offset = drifted || seen > offset ? seen : offset;
}

/** How far this machine's clock is ahead of the store's, ms; negative: behind. */
export function clockSkew(): number {
  return -offset;
}

/** Milliseconds since the epoch on the store's clock. */
export function storeNow(): number {
  return Date.now() + offset;
}

function tick(): void {
  shown = storeNow();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    shown = storeNow();
    timer = setInterval(tick, 100);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The store's time, renewed every `stepMs`; null on the server and while hydrating. */
export function useNow(stepMs = 1_000): number | null {
  const read = useCallback(
    () => (shown === 0 ? null : Math.floor(shown / stepMs) * stepMs),
    [stepMs],
  );
  return useSyncExternalStore(subscribe, read, () => null);
}

const noSubscription = () => () => undefined;

/** False on the server and while hydrating, then true: for what only a browser knows, such as its time zone. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    noSubscription,
    () => true,
    () => false,
  );
}
