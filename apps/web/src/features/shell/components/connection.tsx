'use client';

import { LoaderCircle, WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { Clock, Elapsed } from '@/components/ui/time';
import { useConnectionStatus, useLiveValue } from '@/features/live/live-provider';
import { clockSkew, useNow } from '@/lib/clock';
import { formatDuration, plural } from '@/lib/format';

/** Below this a wrong clock shows nowhere. */
const SKEW_NOTED_MS = 10_000;

/** The times shown are the store's: a reader who compares them with their own clock has to know. */
export function SkewNote() {
  const now = useNow(10_000);
  const skew = now === null ? 0 : clockSkew();
  if (Math.abs(skew) < SKEW_NOTED_MS) return null;
  return (
    <p className="num px-2.5 py-1 text-xs text-pretty text-fg-2">
      This machine’s clock is {formatDuration(Math.abs(skew))} {skew > 0 ? 'ahead' : 'behind'}.
      Times here are the server’s.
    </p>
  );
}

const STATUS_WORDS = { live: 'Live', connecting: 'Connecting…', lost: 'Connection lost' } as const;

/** A dot and a word: whether what is shown is what is. */
export function ConnectionStatus() {
  const status = useConnectionStatus();
  return (
    <span className="flex items-center gap-2 text-xs text-fg-2">
      <span
        aria-hidden
        className={
          status === 'live'
            ? 'size-1.5 rounded-full bg-fg'
            : 'size-1.5 rounded-full border border-fg-3'
        }
      />
      {STATUS_WORDS[status]}
    </span>
  );
}

/** One quiet line while all is well. */
export function ConnectionLine() {
  const status = useConnectionStatus();
  const connected = useLiveValue((state) => state.connected);
  const seq = useLiveValue((state) => state.seq);
  return (
    <>
      <SkewNote />
      <p className="num flex items-center gap-2 px-2.5 text-xs text-fg-3">
        <ConnectionStatus />
        {status === 'live' && connected !== null ? (
          <span className="ml-auto truncate" title={`Change number ${seq}`}>
            {plural(connected, 'SDK')}
          </span>
        ) : null}
      </p>
    </>
  );
}

/** Says at once that what is shown may be old, and since when. */
export function StaleBanner() {
  const status = useConnectionStatus();
  const confirmedAt = useLiveValue((state) => state.confirmedAt);
  if (status !== 'lost') return null;
  return (
    <div
      role="alert"
      className="fixed inset-x-0 top-0 z-40 flex items-center justify-center gap-2.5 bg-solid px-4 py-2 text-center text-sm font-medium text-solid-fg"
    >
      <WifiOff size={15} className="shrink-0" aria-hidden />
      <span>
        Connection lost{confirmedAt === null ? '' : ' '}
        {confirmedAt === null ? null : <Elapsed since={confirmedAt} />}
        {confirmedAt === null ? '.' : ' ago.'} Values are stale
        {confirmedAt === null ? null : (
          <>
            , as of <Clock at={confirmedAt} />
          </>
        )}
        . Calls are not affected.
      </span>
      <LoaderCircle size={14} className="shrink-0 animate-spin" aria-label="Reconnecting" />
    </div>
  );
}

/** Marks everything below it as stale while the connection is lost. */
export function StaleScope({ children }: { readonly children: ReactNode }) {
  const stale = useConnectionStatus() === 'lost';
  return (
    <div data-stale={stale} className="flex min-h-dvh">
      {children}
    </div>
  );
}
