'use client';

import { partitionName } from '@recloser/core';
import { api } from '@recloser/protocol';
import { useCallback, useRef, useState } from 'react';
import { useSWRConfig } from 'swr';
import { useLiveStore, useEnvironmentRef } from '@/features/live/live-provider';
import { messageOf } from '@/lib/problem';
import { callKey } from '@/lib/use-call';
import { ACTIONS } from './action-catalogue';
import { act, type ActionInput } from './api/actions';
import { type PendingAction, withCommitted } from './pending';
import { stateOfPartition } from './state-of-partition';
import { undoOf } from './undo';

const SHOWN = 4;

type PendingWords = Pick<PendingAction, 'doing' | 'did' | 'part'>;

function usePendingActions() {
  const [pending, setPending] = useState<readonly PendingAction[]>([]);
  const lastId = useRef(0);
  const dismiss = useCallback((id: number) => {
    setPending((all) => all.filter((one) => one.id !== id));
  }, []);
  const begin = useCallback((breaker: string, words: PendingWords): number => {
    lastId.current += 1;
    const id = lastId.current;
    const action: PendingAction = { id, breaker, ...words, progress: { stage: 'sent' } };
    setPending((all) => [...all.slice(1 - SHOWN), action]);
    return id;
  }, []);
  const settle = useCallback((id: number, known: Partial<PendingAction>) => {
    setPending((all) => all.map((one) => (one.id === id ? { ...one, ...known } : one)));
  }, []);
  const commit = useCallback((id: number, seq: number) => {
    setPending((all) => withCommitted(all, id, seq));
  }, []);
  return { pending, dismiss, begin, settle, commit };
}

/** Sends one action and tells how far it has come; resolves to the state version that it led to. */
function useSend() {
  const place = useEnvironmentRef();
  const store = useLiveStore();
  const { mutate } = useSWRConfig();
  const { pending, dismiss, begin, settle, commit } = usePendingActions();
  const send = useCallback(
    async (key: string, input: ActionInput, words: PendingWords) => {
      const id = begin(key, words);
      try {
        const { seq, breaker } = await act(place, key, input);
        commit(id, seq);
        store.accept(breaker);
        const kept = callKey(api.breakers.read, [{ params: { ...place, key } }], breaker.seq);
        await mutate(kept, breaker, { revalidate: false });
        return { id, version: stateOfPartition(breaker, input.scope).version };
      } catch (error) {
        settle(id, { progress: { stage: 'refused', message: messageOf(error) } });
        throw error;
      }
    },
    [begin, commit, settle, mutate, place, store],
  );
  /** Follows a change that was committed elsewhere, e.g. by an editor. */
  const follow = useCallback(
    (breaker: string, did: string, seq: number) => {
      const id = begin(breaker, { doing: did, did, part: '' });
      settle(id, { progress: { stage: 'committed', seq } });
    },
    [begin, settle],
  );
  return { pending, dismiss, settle, send, follow };
}

/** Actions on their way, and how to send one. What can be taken back exactly can be for a while. */
export function useSubmit() {
  const store = useLiveStore();
  const { pending, dismiss, settle, send, follow } = useSend();
  const submit = useCallback(
    async (key: string, input: ActionInput): Promise<void> => {
      const before = store.get().breakers.get(key);
      const { action, scope } = input;
      const undo = before === undefined ? null : undoOf(before, action, scope);
      const part = scope === undefined ? '' : ` ${partitionName(scope)}`;
      const { doing, did } = ACTIONS[action];
      const words = { doing: doing + part, did: did + part, part };
      const { id, version } = await send(key, input, words);
      if (undo === null) return;
      const reason = `Undone: ${input.reason}`;
      const back = { ...undo, reason, expectedVersion: version, scope };
      settle(id, {
        undo: () => {
          dismiss(id);
          // A refusal stands in the tray.
          const taking = { doing: `Undoing${part}`, did: `Undone${part}`, part };
          void send(key, back, taking).catch(() => undefined);
        },
      });
    },
    [dismiss, send, settle, store],
  );
  return { pending, dismiss, submit, follow };
}
