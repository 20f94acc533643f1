import { api, type AuditPage } from '@recloser/protocol';
import { useLiveValue, useEnvironmentRef } from '@/features/live/live-provider';
import { useCall } from '@/lib/use-call';

const ACTION = 'transition.would_have_tripped';
const SHOWN = 5;

/** The last times that an observing breaker would have opened, newest first; undefined while they are being read. */
export function useWouldHaveTripped(key: string): AuditPage['items'] | undefined {
  const place = useEnvironmentRef();
  // A new one is told by the feed, which asks for the list anew.
  const latest = useLiveValue(
    ({ events }) => events.find((entry) => entry.breaker === key && entry.action === ACTION)?.id,
  );
  const query = { breaker: key, action: ACTION, limit: SHOWN };
  const { data } = useCall(api.audit.list, [{ params: place, query }], {
    fresh: latest,
    revalidateOnFocus: false,
    keepPreviousData: true,
  });
  return data?.items;
}
