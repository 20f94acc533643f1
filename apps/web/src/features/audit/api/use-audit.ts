'use client';

import { api, type AuditPage, type AuditVerification } from '@recloser/protocol';
import useSWR from 'swr';
import useSWRInfinite from 'swr/infinite';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { call } from '@/lib/call';
import type { AuditLogName, EnvironmentRef } from '@/lib/routes';
import type { AuditQuery } from '../audit-filter';

const PAGE = 50;

type PageKey = readonly ['audit', AuditLogName, EnvironmentRef, AuditQuery];

function readPage([, log, place, query]: PageKey): Promise<AuditPage> {
  return log === 'system'
    ? call(api.systemAudit.list, { query })
    : call(api.audit.list, { params: place, query });
}

/** Pages of events, newest first, of those that the query asks for. */
export function useAuditPages(query: AuditQuery, log: AuditLogName = 'environment') {
  const place = useEnvironmentRef();
  return useSWRInfinite<AuditPage, Error>(
    (index: number, before: AuditPage | null): PageKey | null => {
      if (index > 0 && before?.nextCursor === null) return null;
      const cursor = before?.nextCursor ?? undefined;
      return ['audit', log, place, { ...query, limit: PAGE, cursor }];
    },
    readPage,
    // Who opens a history right after saving must see what was saved.
    { revalidateFirstPage: true, keepPreviousData: true, dedupingInterval: 0 },
  );
}

/** Whether the chain of a log's events verifies. */
export function useVerification(log: AuditLogName) {
  const params = useEnvironmentRef();
  return useSWR<AuditVerification, Error>(
    ['verification', log, params],
    () => (log === 'system' ? call(api.systemAudit.verify) : call(api.audit.verify, { params })),
    { revalidateOnFocus: false },
  );
}
