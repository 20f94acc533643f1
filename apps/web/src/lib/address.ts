'use client';

import { useSearchParams } from 'next/navigation';
import { useMemo, useSyncExternalStore } from 'react';

/**
 * The view of a page lives in the address. The router takes an address over when it has time, which is too late for
 * a field that is being typed into: here it is read and written at once.
 */

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}

/** Puts "?state=open", or "", in place of the query, without an entry in the history. */
export function replaceQuery(query: string): void {
  history.replaceState(null, '', `${location.pathname}${query}`);
  for (const listener of listeners) listener();
}

/** The query of the address that is shown. */
export function useQuery(): URLSearchParams {
  const first = useSearchParams().toString();
  const search = useSyncExternalStore(
    subscribe,
    () => location.search,
    () => (first === '' ? '' : `?${first}`),
  );
  return useMemo(() => new URLSearchParams(search), [search]);
}
