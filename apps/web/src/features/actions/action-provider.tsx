'use client';

import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { lazyPart, usePrefetch } from '@/lib/lazy-part';
import type { ActionRequest } from './action-request';
import { PendingTray } from './components/pending-tray';
import { useSubmit } from './use-submit';

type Ask = (request: ActionRequest) => void;
/** `did` is what was done to the breaker: "Saved the policy of"; `seq` the change's number. */
type Follow = (breaker: string, did: string, seq: number) => void;

const ReasonDialog = lazyPart(() =>
  import('./components/reason-dialog').then((module) => module.ReasonDialog),
);
const PREFETCHED = [ReasonDialog];

const AskContext = createContext<Ask | null>(null);
const FollowContext = createContext<Follow | null>(null);

/** Opens the dialog that asks for the reason of an action. */
export function useAsk(): Ask {
  const ask = useContext(AskContext);
  if (ask === null) throw new Error('Actions are used outside of an environment.');
  return ask;
}

/** Tells in the tray how far a change has come that was just committed. */
export function useFollow(): Follow {
  const follow = useContext(FollowContext);
  if (follow === null) throw new Error('Changes are followed outside of an environment.');
  return follow;
}

export function ActionProvider({ children }: { readonly children: ReactNode }) {
  const [request, setAsked] = useState<ActionRequest | null>(null);
  const { pending, dismiss, submit, follow } = useSubmit();
  usePrefetch(PREFETCHED);
  const value = useMemo<Ask>(() => setAsked, []);
  return (
    <AskContext value={value}>
      <FollowContext value={follow}>{children}</FollowContext>
      {request === null ? null : (
        <ReasonDialog
          key={`${request.breaker} ${request.action}`}
          request={request}
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
