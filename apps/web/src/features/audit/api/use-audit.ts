'use client';

import type { AuditPage, AuditVerification } from '@recloser/protocol';
import useSWR from 'swr';
import useSWRInfinite from 'swr/infinite';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { getJson } from '@/lib/http';
import { type AuditLogName, resources } from '@/lib/routes';

const PAGE = 50;

/** Pages of events, newest first. `query` is the API's filter. */
export function useAuditPages(query: string, log: AuditLogName = 'environment') {
  const path = resources.audit(useEnvironmentRef(), log);
  return useSWRInfinite<AuditPage, Error>(
    (index: number, before: AuditPage | null) => {
      if (index > 0 && before?.nextCursor === null) return null;
      const page = new URLSearchParams(query);
      page.set('limit', String(PAGE));
      if (before?.nextCursor !== undefined && before.nextCursor !== null) {
        page.set('cursor', before.nextCursor);
      }
      return `${path}?${page.toString()}`;
    },
    async (key: string) => (await getJson(key)) as AuditPage,
    // Who opens a history right after saving must see what was saved.
    { revalidateFirstPage: true, keepPreviousData: true, dedupingInterval: 0 },
  );
}

/** Whether the chain of a log's events verifies. */
export function useVerification(log: AuditLogName) {
  const path = `${resources.audit(useEnvironmentRef(), log)}/verify`;
  return useSWR<AuditVerification, Error>(
    path,
    async () => (await getJson(path)) as AuditVerification,
    {
      revalidateOnFocus: false,
    },
  );
}
