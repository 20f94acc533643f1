'use client';

import { useCallback, useMemo } from 'react';
import { replaceQuery, useQuery } from '@/lib/address';
import { type FleetFilter, filterQuery, parseFilter } from '../fleet-view';

/** The filter in the address, and how to change it. */
export function useFleetFilter(): [FleetFilter, (change: Partial<FleetFilter>) => void] {
  const query = useQuery();
  const filter = useMemo(() => parseFilter(query), [query]);
  const change = useCallback(
    (part: Partial<FleetFilter>) => {
      replaceQuery(filterQuery({ ...filter, ...part }));
    },
    [filter],
  );
  return [filter, change];
}
