/** How a series is drawn, in the plot and in the legend. */
export interface Stroke {
  /** One of the page's greys: colour means state and nothing else. */
  readonly colour: 'fg' | 'fg-2' | 'fg-3';
  readonly width: number;
  /** In pixels; empty: a solid line. */
  readonly dash: readonly number[];
}

/** No two series of a page look alike. */
export const STROKES = {
  rate: { colour: 'fg', width: 1.75, dash: [] },
  ok: { colour: 'fg-3', width: 1.5, dash: [] },
  failures: { colour: 'fg', width: 2, dash: [7, 3] },
  rejected: { colour: 'fg-2', width: 1.5, dash: [2, 3] },
  p50: { colour: 'fg-3', width: 1.25, dash: [] },
  p95: { colour: 'fg', width: 1.5, dash: [] },
  p99: { colour: 'fg-2', width: 1.25, dash: [4, 3] },
} as const satisfies Readonly<Record<string, Stroke>>;
