'use client';

import { TriangleAlert } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { startTransition, useEffect, useEffectEvent, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { useConnectionStatus } from '@/features/live/live-provider';

interface ErrorPageProps {
  readonly error: Error;
  readonly reset: () => void;
}

/** Calls `retry` when a lost connection is back: what could not be read while it was away can be read now. */
function useRetryWhenBack(retry: () => void): void {
  const status = useConnectionStatus();
  const wasLost = useRef(false);
  const again = useEffectEvent(retry);
  useEffect(() => {
    if (status !== 'live') wasLost.current = true;
    else if (wasLost.current) again();
  }, [status]);
}

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  const router = useRouter();
  const retry = () => {
    // A script that failed to load is remembered as failed until the page is loaded anew.
    if (error.name === 'ChunkLoadError') location.reload();
    startTransition(() => {
      router.refresh();
      reset();
    });
  };
  useRetryWhenBack(retry);
  return (
    <div role="alert">
      <EmptyState icon={TriangleAlert} title="This page could not be drawn">
        <p>
          Breakers and SDKs are not affected. It is tried again when the connection is back; if that
          does not help, look at the console’s log.
        </p>
        <Button className="mt-4" onClick={retry}>
          Try again
        </Button>
      </EmptyState>
    </div>
  );
}
