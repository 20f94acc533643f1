'use client';

import type { BreakerDetail } from '@recloser/protocol';
import { createContext, type ReactNode, useContext } from 'react';
import { useBreakerDetail } from '../api/use-breaker-detail';

const BreakerContext = createContext<BreakerDetail | null>(null);

/** The breaker of the page and its parts, kept up to date; `initial` is what the server rendered. */
export function BreakerProvider({
  initial,
  children,
}: {
  readonly initial: BreakerDetail;
  readonly children: ReactNode;
}) {
  const { data } = useBreakerDetail(initial.key, initial);
  return <BreakerContext value={data ?? initial}>{children}</BreakerContext>;
}

export function useBreakerOfPage(): BreakerDetail {
  const breaker = useContext(BreakerContext);
  if (breaker === null) throw new Error('A breaker’s part is used outside of its page.');
  return breaker;
}
