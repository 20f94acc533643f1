'use client';

import type { BreakerSummary } from '@recloser/protocol';
import { type PointerEvent, useDeferredValue, useMemo, useState } from 'react';
import { useLiveValue } from '@/features/live/live-provider';
import { storeNow, useNow } from '@/lib/clock';
import { inSettledOrder, inTroubleOrder } from '../trouble-order';

const EVERY_MS = 1_000;
/** How long a pointer that does not move any more still holds the order. */
const HELD_MS = 4_000;

interface Settled {
  readonly breakers: readonly BreakerSummary[];
  /** For the element whose order must not change under the pointer. */
  readonly hold: {
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerLeave: () => void;
  };
}

interface Order {
  /** When it was settled; null: before the clock was known. */
  readonly at: number | null;
  readonly keys: ReadonlySet<string>;
}

/**
 * All breakers, trouble first. What they say is live, where they stand changes once a second, and not while a pointer moves
 * over them: nobody opens the wrong breaker because another took its place.
 */
export function useSettledBreakers(): Settled {
  const live = useDeferredValue(useLiveValue((state) => state.breakers));
  const now = useNow(EVERY_MS);
  const [heldUntil, setHeldUntil] = useState(0);
  const [order, setOrder] = useState<Order>(() => settle(live, null));
  if ((now ?? 0) >= heldUntil && now !== order.at) setOrder(settle(live, now));
  const breakers = useMemo(() => inSettledOrder(live, order.keys), [live, order]);
  const hold = useMemo(
    () => ({
      onPointerMove: ({ pointerType }: PointerEvent) => {
        // A finger leaves no trace when it goes.
        if (pointerType !== 'mouse') return;
        const until = Math.floor(storeNow() / EVERY_MS) * EVERY_MS + HELD_MS;
        setHeldUntil(until);
      },
      onPointerLeave: () => {
        setHeldUntil(0);
      },
    }),
    [],
  );
  return { breakers, hold };
}

function settle(live: ReadonlyMap<string, BreakerSummary>, at: number | null): Order {
  return { at, keys: new Set(inTroubleOrder(live).map(({ key }) => key)) };
}
