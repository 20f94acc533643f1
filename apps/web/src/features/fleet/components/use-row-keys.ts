'use client';

import { usePlainKeys } from '@/features/palette/use-plain-keys';

interface RowKeys {
  /** Place of the line that has the focus, or −1. */
  readonly current: () => number;
  readonly count: number;
  readonly goTo: (index: number) => void;
}

/** J and K walk through the list. */
export function useRowKeys({ current, count, goTo }: RowKeys): void {
  usePlainKeys((event) => {
    if (event.key !== 'j' && event.key !== 'k') return;
    const next = current() + (event.key === 'j' ? 1 : -1);
    goTo(Math.min(count - 1, Math.max(0, next)));
  });
}
