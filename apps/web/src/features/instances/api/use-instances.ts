'use client';

import type { InstancePage } from '@recloser/protocol';
import useSWRInfinite from 'swr/infinite';
import { useConnectionStatus, useEnvironmentRef } from '@/features/live/live-provider';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';
import { instancesQuery, type InstancesView } from '../instances-view';

const PAGE = 100;
const EVERY_MS = 3_000;

/** Pages of instances by id, all of them read again every 3 s for each page that is shown. */
export function useInstances(view: InstancesView) {
  const path = resources.instances(useEnvironmentRef());
  const live = useConnectionStatus() === 'live';
  return useSWRInfinite<InstancePage, Error>(
    (index: number, before: InstancePage | null) => {
      if (index > 0 && before?.nextCursor === null) return null;
      const query = instancesQuery(view);
      query.set('limit', String(PAGE));
      if (before !== null && before.nextCursor !== null) query.set('cursor', before.nextCursor);
      return `${path}?${query.toString()}`;
    },
    async (key: string) => (await getJson(key)) as InstancePage,
    {
      refreshInterval: (pages) => (live ? EVERY_MS * Math.max(1, pages?.length ?? 1) : 0),
      revalidateAll: true,
      keepPreviousData: true,
    },
  );
}
