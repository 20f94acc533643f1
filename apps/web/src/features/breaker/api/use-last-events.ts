'use client';

import { api, type AuditEntry } from '@recloser/protocol';
import { useMemo } from 'react';
import { useLiveValue, useEnvironmentRef } from '@/features/live/live-provider';
import { useCall } from '@/lib/use-call';

const KEPT = 12;

/**
 * The breaker's last events, newest first: those of the audit log, then what the feed tells. With `to` (ms) those
 * before that moment.
 */
export function useLastEvents(key: string, to: number | null = null): readonly AuditEntry[] {
  const place = useEnvironmentRef();
  const live = useLiveValue((state) => state.events);
  const until = to === null ? undefined : Math.round(to);
  const query = { breaker: key, limit: KEPT, probeRounds: 'fold', to: until } as const;
  const { data } = useCall(api.audit.list, [{ params: place, query }], {
    revalidateOnFocus: false,
  });
  return useMemo(() => {
    const known = new Map((data?.items ?? []).map((entry) => [entry.id, entry]));
    for (const entry of live) {
      if (entry.breaker === key && entry.at <= (to ?? Infinity)) known.set(entry.id, entry);
    }
    return [...known.values()]
      .toSorted((a, b) => b.at - a.at || b.chainSeq - a.chainSeq)
      .slice(0, KEPT);
  }, [data, live, key, to]);
}
