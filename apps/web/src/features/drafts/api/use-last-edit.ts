'use client';

import type { AuditEntry, AuditPage } from '@recloser/protocol';
import useSWR from 'swr';
import { usePlace } from '@/features/live/live-provider';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';

/** Who saved a breaker's settings last, when and why; undefined until it is known. `revision`: asks anew with each. */
export function useLastEdit(key: string, revision: number): AuditEntry | undefined {
  const query = new URLSearchParams({ breaker: key, action: 'breaker.edit', limit: '1' });
  const path = `${resources.audit(usePlace())}?${query.toString()}`;
  const { data } = useSWR<AuditPage, Error>(
    [path, revision],
    async () => (await getJson(path)) as AuditPage,
    { revalidateOnFocus: false },
  );
  return data?.items[0];
}
