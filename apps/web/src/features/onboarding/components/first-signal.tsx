'use client';

import { ArrowRight, Check, PartyPopper } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';
import {
  useConnectionStatus,
  useLiveValue,
  useEnvironmentRef,
} from '@/features/live/live-provider';
import type { LiveState } from '@/features/live/live-state';
import { cn } from '@/lib/cn';
import { plural } from '@/lib/format';
import { routes } from '@/lib/routes';

/** The breaker that the first calls were seen on, since this page was opened. */
function firstHeard({ seconds }: LiveState): string | null {
  for (const { items } of seconds) {
    for (const [key, ok, failures] of items.values()) if (ok + failures > 0) return key;
  }
  return null;
}

/** Its key, as soon as the feed tells; null until then. */
export function useFirstHeard(): string | null {
  return useLiveValue(firstHeard);
}

const DECIDES = 'is protected: its breaker now decides for every instance.';
const OBSERVES =
  'is watched: its breaker decides and records for every instance, and blocks nothing until you promote it.';

interface MilestoneProps {
  readonly done: boolean;
  readonly waiting: string;
  readonly words: string;
}

function Milestone({ done, waiting, words }: MilestoneProps) {
  return (
    <li className={cn('flex items-center gap-3 text-sm', done ? 'text-fg' : 'text-fg-2')}>
      <span className="relative grid size-5 place-items-center" aria-hidden>
        {done ? (
          <Check size={15} strokeWidth={2.75} />
        ) : (
          <>
            <span className="absolute size-2 animate-ring rounded-full border border-fg-3" />
            <span className="size-1.5 rounded-full bg-fg-3" />
          </>
        )}
      </span>
      {done ? words : waiting}
    </li>
  );
}

/** Waits for the first signal, and is glad about it. */
export function FirstSignal() {
  const place = useEnvironmentRef();
  const status = useConnectionStatus();
  const connected = useLiveValue((state) => state.connected) ?? 0;
  const key = useFirstHeard();
  const observes = useLiveValue(({ breakers }) => breakers.get(key ?? '')?.mode === 'observe');
  const panel = useRef<HTMLDivElement>(null);
  // Whoever has just started a program looks at the page's top, where its key is.
  useEffect(() => {
    if (key !== null) panel.current?.scrollIntoView({ block: 'nearest' });
  }, [key]);
  return (
    <div
      ref={panel}
      role="status"
      className={cn(
        'scroll-mb-20 rounded-xl border p-5 transition-colors md:scroll-mb-6',
        key === null ? 'border-line bg-surface' : 'border-closed-mark/50 bg-closed-soft',
      )}
    >
      {key === null ? (
        <ul className="flex flex-col gap-3">
          <Milestone done={status === 'live'} waiting="Opening the live feed…" words="Listening" />
          <Milestone
            done={connected > 0}
            waiting="Waiting for an SDK to connect…"
            words={`${plural(connected, 'SDK')} connected`}
          />
          <Milestone done={false} waiting="Waiting for the first call…" words="" />
        </ul>
      ) : (
        <div className="animate-rise flex flex-wrap items-center gap-x-4 gap-y-3">
          <span className="relative grid size-10 place-items-center rounded-full bg-surface text-closed">
            <span
              className="absolute inset-0 animate-ring rounded-full border border-closed-mark"
              aria-hidden
            />
            <PartyPopper size={19} aria-hidden />
          </span>
          <div className="min-w-0 flex-1">
            <p className="text-base font-semibold">First signal received</p>
            <p className="text-sm text-fg-2">
              <span className="font-mono text-xs">{key}</span> {observes ? OBSERVES : DECIDES}
            </p>
          </div>
          <Button asChild variant="solid">
            <Link href={routes.breaker(place, key)}>
              See the breaker <ArrowRight size={14} aria-hidden />
            </Link>
          </Button>
        </div>
      )}
    </div>
  );
}
