'use client';

import { useSyncExternalStore } from 'react';
import type { Density } from '../fleet-view';

const WIDE = '(min-width: 768px)';
/** In rem, as the rows' classes say: [phone, wide]. */
const ROWS: Readonly<Record<Density, readonly [number, number]>> = {
  comfortable: [7.75, 4.25],
  compact: [3.75, 2.5],
};
const GROUP_REM = 2.5;

interface Measures {
  readonly wide: boolean;
  /** Pixels. */
  readonly rem: number;
}

const ON_THE_SERVER: Measures = { wide: true, rem: 16 };
/** Read when the window changes only: asking for a style while drawing makes the browser lay out the page each time. */
let measures: Measures | undefined;

function read(): Measures {
  measures ??= {
    wide: matchMedia(WIDE).matches,
    rem: parseFloat(getComputedStyle(document.documentElement).fontSize),
  };
  return measures;
}

function subscribe(listener: () => void): () => void {
  const changed = () => {
    measures = undefined;
    listener();
  };
  addEventListener('resize', changed);
  return () => {
    removeEventListener('resize', changed);
    measures = undefined;
  };
}

export interface LineHeights {
  readonly row: number;
  readonly group: number;
}

/** Heights of the list's lines in pixels, the same that the style sheet gives them. */
export function useRowHeights(density: Density): LineHeights {
  const { wide, rem } = useSyncExternalStore(subscribe, read, () => ON_THE_SERVER);
  return { row: ROWS[density][wide ? 1 : 0] * rem, group: GROUP_REM * rem };
}
