'use client';

import { useHydrated, useNow } from '@/lib/clock';
import { formatClock, formatDateTime, formatDuration } from '@/lib/format';
import { useZone } from '@/lib/zone';

/** How long ago, ticking: "4 m 12 s". */
export function Elapsed({ since }: { readonly since: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(since).toISOString()} className="num">
      {now === null ? '…' : formatDuration(now - since)}
    </time>
  );
}

interface ClockProps {
  readonly at: number;
  readonly withDate?: boolean;
}

/** A moment in the zone that the reader chose. */
export function Clock({ at, withDate = false }: ClockProps) {
  const hydrated = useHydrated();
  const [zone] = useZone();
  const iso = new Date(at).toISOString();
  const local = withDate ? formatDateTime(at, zone) : formatClock(at, zone);
  return (
    <time dateTime={iso} title={iso} className="num whitespace-nowrap">
      {hydrated ? local : '--:--:--'}
    </time>
  );
}
