'use client';

import type { ServiceList } from '@recloser/protocol';
import { useMemo } from 'react';
import useSWR from 'swr';
import { usePlace } from '@/features/live/live-provider';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';
import { type ServicesInUse, servicesInUse } from '../services-in-use';

const REFRESH_MS = 60_000;

export interface ServicesResult {
  /** null while it is not known, or not asked for. */
  readonly services: ServicesInUse | null;
  readonly error: Error | undefined;
  readonly retry: () => void;
}

/** Which services call which breakers. Read only while it is `asked` for: of a large fleet it is some 100 kB. */
export function useServices(asked: boolean, first: ServiceList | null): ServicesResult {
  const path = resources.services(usePlace());
  const { data, error, mutate } = useSWR<ServiceList, Error>(
    asked ? path : null,
    async () => (await getJson(path)) as ServiceList,
    {
      refreshInterval: REFRESH_MS,
      revalidateOnFocus: false,
      ...(first !== null && { fallbackData: first, revalidateOnMount: false }),
    },
  );
  const services = useMemo(() => (data === undefined ? null : servicesInUse(data)), [data]);
  return {
    services: asked ? services : null,
    // What was read before is shown on, and read again in a minute.
    error: services === null ? error : undefined,
    retry: () => void mutate(),
  };
}
