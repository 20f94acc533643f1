'use client';

import { api, type BreakerSummary } from '@recloser/protocol';
import {
  createContext,
  type ReactNode,
  useContext,
  useDeferredValue,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';
import { LiveSocket } from './live-socket';
import { initialState, type LiveState, type SecondCounts, secondsOf } from './live-state';
import { LiveStore } from './live-store';

interface Live {
  readonly store: LiveStore;
  readonly place: EnvironmentRef;
}

const LiveContext = createContext<Live | null>(null);

interface LiveProviderProps {
  readonly project: string;
  readonly environment: string;
  readonly breakers: readonly BreakerSummary[];
  readonly seq: number;
  readonly children: ReactNode;
}

/** Asks the API who is there: when nobody is any more, whoever guards the session asks them to sign in. */
function checkSession(): void {
  void call(api.projects.me).catch(() => undefined);
}

/** Follows one environment: what the server rendered first, the live feed from then on. */
export function LiveProvider({ project, environment, breakers, seq, children }: LiveProviderProps) {
  const [store] = useState(() => new LiveStore(initialState(breakers, seq)));
  useEffect(() => {
    const socket = new LiveSocket(
      { project, environment },
      {
        onFrame: (frame) => {
          store.receive(frame);
        },
        onLost: () => {
          store.setStatus('lost');
        },
        onRefused: checkSession,
      },
    );
    return () => {
      socket.close();
    };
  }, [store, project, environment]);
  const value = useMemo(
    () => ({ store, place: { project, environment } }),
    [store, project, environment],
  );
  return <LiveContext value={value}>{children}</LiveContext>;
}

function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('Live values are used outside of an environment.');
  return live;
}

export function useEnvironmentRef(): EnvironmentRef {
  return useLive().place;
}

export function useLiveStore(): LiveStore {
  return useLive().store;
}

/** A part of the live state; renders only when that part changes by identity. */
export function useLiveValue<T>(select: (state: LiveState) => T): T {
  const { store } = useLive();
  const read = (): T => select(store.get());
  // A part of the page that hydrates late has to find what the server drew, not what the feed has told since.
  const readFirst = (): T => select(store.initial);
  return useSyncExternalStore(store.subscribe, read, readFirst);
}

export function useBreaker(key: string): BreakerSummary | undefined {
  return useLiveValue((state) => state.breakers.get(key));
}

export function useConnectionStatus() {
  return useLiveValue((state) => state.status);
}

/** One breaker's last seconds; renewed once a second, after what is more urgent. */
export function useSeconds(key: string, seconds: number): readonly SecondCounts[] {
  const frames = useDeferredValue(useLiveValue((state) => state.seconds));
  return useMemo(() => secondsOf(frames, key, seconds), [frames, key, seconds]);
}
