'use client';

import type { ServiceList } from '@recloser/protocol';
import { useMemo } from 'react';
import { useServiceList } from '@/features/instances/api/use-service-list';
import { type ServicesInUse, servicesInUse } from '../services-in-use';

const EVERY_MS = 60_000;

export interface ServicesResult {
  /** null while it is not known, or not asked for. */
  readonly services: ServicesInUse | null;
  readonly error: Error | undefined;
  readonly retry: () => void;
}

/** Which services call which breakers, read while it is `asked` for; `first` came with the page. */
export function useServices(asked: boolean, first: ServiceList | null): ServicesResult {
  const { data, error, mutate } = useServiceList({ asked, everyMs: EVERY_MS, first });
  const services = useMemo(() => (data === undefined ? null : servicesInUse(data)), [data]);
  return {
    services: asked ? services : null,
    // What was read before is shown on, and read again in a minute.
    error: services === null ? error : undefined,
    retry: () => void mutate(),
  };
}
