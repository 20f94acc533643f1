'use client';

import { useCallback, useSyncExternalStore } from 'react';
import type { Density } from '../fleet-view';

const WIDE = '(min-width: 768px)';
/** In rem, as the rows' classes say: [phone, wide]. */
const ROWS: Readonly<Record<Density, readonly [number, number]>> = {
  comfortable: [7.75, 4.25],
  compact: [3.75, 2.5],
};
const GROUP_REM = 2.5;

function subscribe(listener: () => void): () => void {
  const wide = matchMedia(WIDE);
  wide.addEventListener('change', listener);
  return () => {
    wide.removeEventListener('change', listener);
  };
}

export interface LineHeights {
  readonly row: number;
  readonly group: number;
}

/** Heights of the list's lines in pixels, the same that the style sheet gives them. */
export function useRowHeights(density: Density): LineHeights {
  const wide = useSyncExternalStore(
    subscribe,
    useCallback(() => matchMedia(WIDE).matches, []),
    () => true,
  );
  const rem = useSyncExternalStore(
    subscribe,
    () => parseFloat(getComputedStyle(document.documentElement).fontSize),
    () => 16,
  );
  return { row: ROWS[density][wide ? 1 : 0] * rem, group: GROUP_REM * rem };
}
