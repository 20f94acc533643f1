'use client';

import { useCallback, useMemo, useSyncExternalStore } from 'react';

/** What this browser remembers between visits. Every reader of a key sees a change at once, in other tabs too. */

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}

/** null also where the browser keeps nothing, e.g. with storage switched off. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function writeStored(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Full or switched off: the choice holds until the page is left.
  }
  for (const listener of listeners) listener();
}

/** The parsed value and how to change it. `parse` gets null on the server and for what was never kept. */
export function useStored<T>(
  key: string,
  parse: (text: string | null) => T,
): [T, (text: string) => void] {
  const text = useSyncExternalStore(
    subscribe,
    () => readStored(key),
    () => null,
  );
  const value = useMemo(() => parse(text), [parse, text]);
  const write = useCallback(
    (next: string) => {
      writeStored(key, next);
    },
    [key],
  );
  return [value, write];
}
