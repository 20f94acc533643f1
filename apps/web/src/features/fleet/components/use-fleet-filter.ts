'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import { type FleetFilter, filterQuery, parseFilter } from '../fleet-view';

/** The filter in the address, and how to change it without leaving an entry in the history for each letter. */
export function useFleetFilter(): [FleetFilter, (change: Partial<FleetFilter>) => void] {
  const query = useSearchParams();
  const pathname = usePathname();
  const filter = useMemo(() => parseFilter(new URLSearchParams(query.toString())), [query]);
  const change = useCallback(
    (part: Partial<FleetFilter>) => {
      history.replaceState(null, '', `${pathname}${filterQuery({ ...filter, ...part })}`);
    },
    [filter, pathname],
  );
  return [filter, change];
}
