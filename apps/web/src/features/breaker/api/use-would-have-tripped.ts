import type { AuditPage } from '@recloser/protocol';
import useSWR from 'swr';
import { useLiveValue, useEnvironmentRef } from '@/features/live/live-provider';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';

const ACTION = 'transition.would_have_tripped';
const SHOWN = 5;

/** The last times that an observing breaker would have opened, newest first; undefined while they are being read. */
export function useWouldHaveTripped(key: string): AuditPage['items'] | undefined {
  const place = useEnvironmentRef();
  // A new one is told by the feed, which asks for the list anew.
  const latest = useLiveValue(
    ({ events }) => events.find((entry) => entry.breaker === key && entry.action === ACTION)?.id,
  );
  const query = new URLSearchParams({ breaker: key, action: ACTION, limit: String(SHOWN) });
  const path = `${resources.audit(place)}?${query.toString()}`;
  const { data } = useSWR<AuditPage, Error>(
    [path, latest],
    async () => (await getJson(path)) as AuditPage,
    { revalidateOnFocus: false, keepPreviousData: true },
  );
  return data?.items;
}
