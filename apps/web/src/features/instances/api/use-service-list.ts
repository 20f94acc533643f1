'use client';

import type { ServiceList } from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';

interface ServiceListOptions {
  /** False: it is not read. */
  readonly asked?: boolean;
  readonly everyMs: number;
  /** What the page came with. */
  readonly first?: ServiceList | null;
}

/** Services, what they call and how many of their instances are connected. Of a large fleet it is some 100 kB. */
export function useServiceList({ asked = true, everyMs, first = null }: ServiceListOptions) {
  const path = resources.services(useEnvironmentRef());
  return useSWR<ServiceList, Error>(
    asked ? path : null,
    async () => (await getJson(path)) as ServiceList,
    {
      refreshInterval: everyMs,
      revalidateOnFocus: false,
      ...(first !== null && { fallbackData: first, revalidateOnMount: false }),
    },
  );
}
