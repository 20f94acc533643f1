'use client';

import { type ComponentType, type ReactNode, createElement, useEffect, useState } from 'react';
import { useHydrated } from './clock';

const RETRY_MS = 2_000;

interface Waiting {
  /** Shown until the component is there. */
  readonly fallback?: ReactNode;
  /** Keeps the fallback although the component is there. */
  readonly held?: boolean;
}

/** A component whose code comes after the page. `load` fetches it ahead: at most once, and again after a failure. */
export type LazyPart<P extends object> = ComponentType<P & Waiting> & {
  readonly load: () => Promise<unknown>;
};

/**
 * Shows `fallback` until the component is there. While the server is away it is tried again and again: a part that
 * cannot be fetched must not take the page with it.
 */
export function lazyPart<P extends object>(fetch: () => Promise<ComponentType<P>>): LazyPart<P> {
  let loaded: ComponentType<P> | null = null;
  let loading: Promise<void> | null = null;
  const load = (): Promise<void> => {
    loading ??= fetch().then(
      (component) => {
        loaded = component;
      },
      (error: unknown) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  };
  function Part(props: P & Waiting): ReactNode {
    const hydrated = useHydrated();
    const [ready, setReady] = useState(loaded !== null);
    useEffect(() => {
      if (ready) return;
      return retry(load, () => {
        setReady(true);
      });
    }, [ready]);
    // What hydrates late must find what the server drew, although the code may have come since.
    if (loaded === null || !hydrated || props.held === true) return props.fallback;
    return createElement(loaded, props);
  }
  return Object.assign(Part, { load });
}

/** A module whose code comes after the page; null until it is there. While the server is away it is tried again and again. */
export function useLater<T extends object>(fetch: () => Promise<T>): T | null {
  const [module, setModule] = useState<T | null>(null);
  useEffect(() => {
    let fetched: T | null = null;
    const attempt = async (): Promise<void> => {
      fetched = await fetch();
    };
    return retry(attempt, () => {
      setModule(fetched);
    });
  }, [fetch]);
  return module;
}

/** Repeats what fails until it succeeds, or until the returned function is called. */
function retry(attempt: () => Promise<void>, done: () => void): () => void {
  let gone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = (): void => {
    attempt().then(
      () => {
        if (!gone) done();
      },
      () => {
        if (!gone) timer = setTimeout(next, RETRY_MS);
      },
    );
  };
  next();
  return () => {
    gone = true;
    clearTimeout(timer);
  };
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
