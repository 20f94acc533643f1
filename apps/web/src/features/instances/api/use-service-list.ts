'use client';

import { api, type ServiceList } from '@recloser/protocol';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useCall } from '@/lib/use-call';

interface ServiceListOptions {
  /** False: it is not read. */
  readonly asked?: boolean;
  readonly everyMs: number;
  /** What the page came with. */
  readonly first?: ServiceList | null;
}

/** Services, what they call and how many of their instances are connected. Of a large fleet it is some 100 kB. */
export function useServiceList({ asked = true, everyMs, first = null }: ServiceListOptions) {
  return useCall(api.instances.services, [{ params: useEnvironmentRef() }], {
    asked,
    refreshInterval: everyMs,
    revalidateOnFocus: false,
    ...(first !== null && { fallbackData: first, revalidateOnMount: false }),
  });
}
