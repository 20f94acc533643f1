'use client';

import { useStored } from './stored';
import { zoneOf } from './format';

/** The zone in which this reader wants to see times, and how to change it. */
export function useZone() {
  return useStored('recloser.zone', zoneOf);
}
