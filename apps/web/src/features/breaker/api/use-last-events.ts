'use client';

import type { AuditEntry, AuditPage } from '@recloser/protocol';
import { useMemo } from 'react';
import useSWR from 'swr';
import { useLiveValue, useEnvironmentRef } from '@/features/live/live-provider';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';

const KEPT = 12;

/**
 * The breaker's last events, newest first: those of the audit log, then what the feed tells. With `to` (ms) those
 * before that moment.
 */
export function useLastEvents(key: string, to: number | null = null): readonly AuditEntry[] {
  const place = useEnvironmentRef();
  const live = useLiveValue((state) => state.events);
  const until = to === null ? '' : `&to=${Math.round(to)}`;
  const path = `${resources.audit(place)}?breaker=${encodeURIComponent(key)}&limit=${KEPT}&probeRounds=fold${until}`;
  const { data } = useSWR<AuditPage, Error>(path, async () => (await getJson(path)) as AuditPage, {
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
