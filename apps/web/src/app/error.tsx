'use client';

import { Logo } from '@/components/shell/logo';
import { Button } from '@/components/ui/button';

interface ErrorPageProps {
  readonly error: Error;
  readonly reset: () => void;
}

/** Most often the API cannot be reached while a page is made: SDKs go on deciding by themselves. */
export default function ErrorPage({ reset }: ErrorPageProps) {
  return (
    <main role="alert" className="grid min-h-dvh place-items-center px-6 text-center">
      <div className="max-w-sm">
        <span className="inline-block">
          <Logo size={36} />
        </span>
        <h1 className="mt-5 text-lg font-semibold tracking-tight">This page could not be drawn</h1>
        <p className="mt-1.5 text-sm text-pretty text-fg-2">
          If the control plane is away, your services keep the last known state and go on. Try again
          in a moment.
        </p>
        <Button variant="solid" className="mt-5" onClick={reset}>
          Try again
        </Button>
      </div>
    </main>
  );
}
