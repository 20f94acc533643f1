'use client';

import { api, type InputOf, type InstancePage } from '@recloser/protocol';
import useSWRInfinite from 'swr/infinite';
import { useConnectionStatus, useEnvironmentRef } from '@/features/live/live-provider';
import { call } from '@/lib/call';
import type { InstancesView } from '../instances-view';

const PAGE = 100;
const EVERY_MS = 3_000;

type PageKey = readonly ['instances', InputOf<typeof api.instances.list>];

/** Pages of instances by id, all of them read again every 3 s for each page that is shown. */
export function useInstances({ service, text, gone }: InstancesView) {
  const params = useEnvironmentRef();
  const live = useConnectionStatus() === 'live';
  return useSWRInfinite<InstancePage, Error>(
    (index: number, before: InstancePage | null): PageKey | null => {
      if (index > 0 && before?.nextCursor === null) return null;
      const filter = {
        service: service === '' ? undefined : service,
        q: text.trim() === '' ? undefined : text,
        gone: gone ? true : undefined,
      };
      const cursor = before?.nextCursor ?? undefined;
      return ['instances', { params, query: { ...filter, limit: PAGE, cursor } }];
    },
    ([, input]: PageKey) => call(api.instances.list, input),
    {
      refreshInterval: (pages) => (live ? EVERY_MS * Math.max(1, pages?.length ?? 1) : 0),
      revalidateAll: true,
      keepPreviousData: true,
    },
  );
}
