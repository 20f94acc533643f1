'use client';

import { useState } from 'react';
import { useConnectionStatus, useLiveValue } from '@/features/live/live-provider';

/** True once the feed, which knew of the breaker, does not any more: somebody has archived it. */
export function useGone(key: string): boolean {
  const known = useLiveValue(({ breakers }) => breakers.has(key));
  const live = useConnectionStatus() === 'live';
  // One that was just created may be shown before the feed tells of it.
  const [seen, setSeen] = useState(known);
  if (known && !seen) setSeen(true);
  return seen && live && !known;
}
