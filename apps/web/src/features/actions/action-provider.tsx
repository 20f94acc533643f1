'use client';

import { type Scope, scopeName } from '@recloser/core';
import type { ChangedBreaker } from '@recloser/protocol';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useSWRConfig } from 'swr';
import { useLiveStore, usePlace } from '@/features/live/live-provider';
import { lazyPart, usePrefetch } from '@/lib/lazy-part';
import { messageOf } from '@/lib/problem';
import { resources } from '@/lib/routes';
import { ACTIONS, type ActionName } from './action-catalogue';
import { act, type ActionInput } from './api/actions';
import { PendingTray } from './components/pending-tray';
import type { PendingAction } from './pending';

export interface Asked {
  readonly breaker: string;
  readonly action: ActionName;
  /** Suggested admission for `set`. */
  readonly admission?: number;
  /** Only this part of the fleet; absent: the whole. */
  readonly scope?: Scope;
}

type Ask = (asked: Asked) => void;

const ReasonDialog = lazyPart(() =>
  import('./components/reason-dialog').then((module) => module.ReasonDialog),
);
const PREFETCHED = [ReasonDialog];

const AskContext = createContext<Ask | null>(null);

/** Opens the dialog that asks for the reason of an action. */
export function useAsk(): Ask {
  const ask = useContext(AskContext);
  if (ask === null) throw new Error('Actions are used outside of an environment.');
  return ask;
}

function usePendingActions() {
  const [pending, setPending] = useState<readonly PendingAction[]>([]);
  const lastId = useRef(0);
  const dismiss = useCallback((id: number) => {
    setPending((all) => all.filter((one) => one.id !== id));
  }, []);
  const begin = useCallback((breaker: string, doing: string): number => {
    lastId.current += 1;
    const id = lastId.current;
    setPending((all) => [...all.slice(-3), { id, breaker, doing, progress: { stage: 'sent' } }]);
    return id;
  }, []);
  const settle = useCallback((id: number, progress: PendingAction['progress']) => {
    setPending((all) => all.map((one) => (one.id === id ? { ...one, progress } : one)));
  }, []);
  return { pending, dismiss, begin, settle };
}

export function ActionProvider({ children }: { readonly children: ReactNode }) {
  const place = usePlace();
  const store = useLiveStore();
  const { mutate } = useSWRConfig();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { pending, dismiss, begin, settle } = usePendingActions();

  const submit = useCallback(
    async (key: string, input: ActionInput): Promise<void> => {
      const part = input.scope === undefined ? '' : ` ${scopeName(input.scope)}`;
      const id = begin(key, ACTIONS[input.action].doing + part);
      try {
        const { seq, breaker }: ChangedBreaker = await act(place, key, input);
        settle(id, { stage: 'committed', seq });
        store.accept(breaker);
        await mutate([resources.breaker(place, key), breaker.seq], breaker, { revalidate: false });
      } catch (error) {
        settle(id, { stage: 'refused', message: messageOf(error) });
        throw error;
      }
    },
    [begin, settle, mutate, place, store],
  );

  usePrefetch(PREFETCHED);
  const value = useMemo<Ask>(() => setAsked, []);
  return (
    <AskContext value={value}>
      {children}
      {asked === null ? null : (
        <ReasonDialog
          key={`${asked.breaker} ${asked.action}`}
          asked={asked}
          onSubmit={submit}
          onClose={() => {
            setAsked(null);
          }}
        />
      )}
      <PendingTray pending={pending} onDismiss={dismiss} />
    </AskContext>
  );
}
