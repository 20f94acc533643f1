'use client';

import { api, type AuditEntry, type AuditPage, type BreakerSummary } from '@recloser/protocol';
import { useMemo } from 'react';
import useSWR from 'swr';
import { useLiveValue, useEnvironmentRef } from '@/features/live/live-provider';
import { call } from '@/lib/call';
import { storeNow, useNow } from '@/lib/clock';
import { callKey } from '@/lib/use-call';
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
  const params = useEnvironmentRef();
  const live = useLiveValue((state) => state.events);
  const breakers = useLiveValue((state) => state.breakers);
  const lasting = useMemo(() => startsOf(breakers), [breakers]);
  const minute = useNow(60_000);
  const { data, error, mutate } = useSWR<AuditPage, Error>(
    callKey(api.audit.list, [{ params }], 'last-hour'),
    () => {
      const from = Math.round(storeNow()) - HOUR_MS;
      return call(api.audit.list, { params, query: { from, limit: LIMIT, probeRounds: 'fold' } });
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
