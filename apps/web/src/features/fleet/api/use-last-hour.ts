'use client';

import type { AuditEntry, AuditPage, BreakerSummary } from '@recloser/protocol';
import { useMemo } from 'react';
import useSWR from 'swr';
import { useLiveValue, useEnvironmentRef } from '@/features/live/live-provider';
import { storeNow, useNow } from '@/lib/clock';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';
import { HOUR_MS, type LastHour, lastHour } from '../last-hour';

const REFRESH_MS = 60_000;
/** One page: an hour with more events is told by its newest ones. */
const LIMIT = 200;

/** When the outages began that last still; what only observes is out of nothing. */
function startsOf(breakers: ReadonlyMap<string, BreakerSummary>): readonly number[] {
  return [...breakers.values()].flatMap(({ outage, mode }) =>
    outage === null || mode === 'observe' ? [] : [outage.startedAt],
  );
}

interface LastHourResult {
  /** null while it is being read. */
  readonly hour: LastHour | null;
  readonly error: Error | undefined;
  readonly retry: () => void;
}

/** The audit log's last hour, and what the feed has told since. */
export function useLastHour(): LastHourResult {
  const place = useEnvironmentRef();
  const live = useLiveValue((state) => state.events);
  const breakers = useLiveValue((state) => state.breakers);
  const lasting = useMemo(() => startsOf(breakers), [breakers]);
  const minute = useNow(60_000);
  const path = resources.audit(place);
  const { data, error, mutate } = useSWR<AuditPage, Error>(
    [path, 'last-hour'],
    async () => {
      const from = Math.round(storeNow()) - HOUR_MS;
      return (await getJson(`${path}?from=${from}&limit=${LIMIT}&probeRounds=fold`)) as AuditPage;
    },
    { refreshInterval: REFRESH_MS, revalidateOnFocus: false },
  );
  const hour = useMemo(() => {
    if (data === undefined || minute === null) return null;
    const known = new Map<string, AuditEntry>();
    for (const entry of [...data.items, ...live]) known.set(entry.id, entry);
    return lastHour([...known.values()], minute, lasting);
  }, [data, live, minute, lasting]);
  return { hour, error: data === undefined ? error : undefined, retry: () => void mutate() };
}
