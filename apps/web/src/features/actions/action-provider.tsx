'use client';

import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { lazyPart, usePrefetch } from '@/lib/lazy-part';
import type { Asked } from './asked';
import { PendingTray } from './components/pending-tray';
import { useSubmit } from './use-submit';

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

export function ActionProvider({ children }: { readonly children: ReactNode }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const { pending, dismiss, submit } = useSubmit();
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
