'use client';

import { type ComponentType, useEffect, useState } from 'react';

const RETRY_MS = 2_000;

/** Code that comes after the page. It is fetched at most once, and again after a failure. */
export interface LazyPart<P extends object> {
  readonly load: () => Promise<ComponentType<P>>;
}

export function lazyPart<P extends object>(fetch: () => Promise<ComponentType<P>>): LazyPart<P> {
  let loading: Promise<ComponentType<P>> | null = null;
  return {
    load: () => {
      loading ??= fetch().catch((error: unknown) => {
        loading = null;
        throw error;
      });
      return loading;
    },
  };
}

/**
 * The component once it is there; null until then. While the server is away it is tried again and again: a part that
 * cannot be fetched must not take the page with it. `wanted` false waits.
 */
export function useLazyPart<P extends object>(
  part: LazyPart<P>,
  wanted = true,
): ComponentType<P> | null {
  const [component, setComponent] = useState<{ readonly of: ComponentType<P> } | null>(null);
  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const attempt = (): void => {
      part.load().then(
        (of) => {
          if (!gone) setComponent({ of });
        },
        () => {
          if (!gone) timer = setTimeout(attempt, RETRY_MS);
        },
      );
    };
    attempt();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [part, wanted]);
  return component?.of ?? null;
}

/** Fetches parts when the browser has nothing else to do, so that they are there also when the server is not. */
export function usePrefetch(parts: readonly { readonly load: () => Promise<unknown> }[]): void {
  useEffect(() => {
    const fetchAll = () => {
      for (const part of parts) void part.load().catch(() => undefined);
    };
    const timer = setTimeout(fetchAll, RETRY_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [parts]);
}
