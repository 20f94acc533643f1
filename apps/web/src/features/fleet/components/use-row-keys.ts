'use client';

import { useEffect, useEffectEvent } from 'react';
import { isTyping } from '@/features/palette/is-typing';

interface RowKeys {
  /** Place of the line that has the focus, or −1. */
  readonly current: () => number;
  readonly count: number;
  readonly goTo: (index: number) => void;
}

/** J and K walk through the list. */
export function useRowKeys({ current, count, goTo }: RowKeys): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if ((event.key !== 'j' && event.key !== 'k') || isTyping(event)) return;
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (document.querySelector('[role=dialog]') !== null) return;
    const next = current() + (event.key === 'j' ? 1 : -1);
    goTo(Math.min(count - 1, Math.max(0, next)));
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      press(event);
    };
    addEventListener('keydown', listen);
    return () => {
      removeEventListener('keydown', listen);
    };
  }, []);
}
