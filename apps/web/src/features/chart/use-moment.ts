'use client';

import { useCallback, useMemo } from 'react';
import { replaceQuery, useQuery } from '@/lib/address';
import { type Moment, momentQuery, parseMoment } from './chart-view';

/** The time in the address, and how to change it. */
export function useMoment(): [Moment, (change: Partial<Moment>) => void] {
  const query = useQuery();
  const moment = useMemo(() => parseMoment(query), [query]);
  const change = useCallback(
    (part: Partial<Moment>) => {
      replaceQuery(momentQuery({ ...moment, ...part }));
    },
    [moment],
  );
  return [moment, change];
}
