'use client';

import { useCallback, useMemo } from 'react';
import { replaceQuery, useQuery } from '@/lib/address';
import { type FleetFilter, filterQuery, parseFilter } from '../fleet-view';

/** The filter in the address, and how to change it. */
export function useFleetFilter(): [FleetFilter, (change: Partial<FleetFilter>) => void] {
  const query = useQuery();
  const filter = useMemo(() => parseFilter(query), [query]);
  const change = useCallback((part: Partial<FleetFilter>) => {
    // As the address is now: two changes in a row may come before the first one is drawn.
    const present = parseFilter(new URLSearchParams(location.search));
    replaceQuery(filterQuery({ ...present, ...part }));
  }, []);
  return [filter, change];
}
