'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import type { Zone } from '@/lib/format';
import { readColours } from '../chart-theme';
import type { Scene } from '../draw';
import { scaled } from '../latency-scale';
import type { Mark } from '../marks';
import { callsOptions, latencyOptions, rateOptions } from '../options';
import { type ChartData, NO_DATA } from '../series';

/** What can be drawn over a time, and how high. */
const DRAWINGS = {
  rate: { height: 190, options: rateOptions, columns: ({ rate }: ChartData) => [rate] },
  calls: {
    height: 128,
    options: callsOptions,
    columns: ({ ok, failures, rejected }: ChartData) => [ok, failures, rejected],
  },
  latency: {
    height: 168,
    options: latencyOptions,
    columns: ({ p50, p95, p99 }: ChartData) => [p50.map(scaled), p95.map(scaled), p99.map(scaled)],
  },
} as const;
type Drawing = keyof typeof DRAWINGS;

export interface PlotProps {
  /** From top to bottom. */
  readonly drawings: readonly Drawing[];
  readonly data: ChartData;
  readonly marks: readonly Mark[];
  readonly thresholds: Scene['thresholds'];
  readonly slow: Scene['slow'];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** The moment that is pointed at, or null. */
  readonly at: number | null;
  readonly zone: Zone;
  readonly onCursor: (index: number | null) => void;
  readonly onBrush: (from: number, to: number) => void;
  /** A click on the plot. */
  readonly onPoint: (at: number) => void;
}

interface Drawn {
  readonly drawing: Drawing;
  readonly plot: uPlot;
}

function columnsOf(drawing: Drawing, data: ChartData): uPlot.AlignedData {
  return [[...data.time], ...DRAWINGS[drawing].columns(data).map((column) => [...column])];
}

function show(drawn: readonly Drawn[], { data, from, to }: PlotProps): void {
  for (const { drawing, plot } of drawn) {
    plot.batch(() => {
      plot.setData(columnsOf(drawing, data), false);
      plot.setScale('x', { min: from / 1_000, max: to / 1_000 });
    });
    plot.redraw(false, false);
  }
}

/** Charts over one time, below each other. The pointer is in all of them that are on the page at once. */
export function Plot(props: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plots = useRef<readonly Drawn[]>([]);
  const scene = useRef<Scene | null>(null);
  const onCursor = useEffectEvent(props.onCursor);
  const onBrush = useEffectEvent(props.onBrush);
  const onPoint = useEffectEvent(props.onPoint);
  const refresh = useEffectEvent(() => {
    if (scene.current === null) return;
    scene.current.marks = props.marks;
    scene.current.thresholds = props.thresholds;
    scene.current.slow = props.slow;
    scene.current.at = props.at;
    show(plots.current, props);
  });

  const drawings = useEffectEvent(() => props.drawings);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    return mount(element, {
      drawings: drawings(),
      plots,
      scene,
      zone: props.zone,
      onCursor,
      onBrush,
      onPoint,
      refresh,
    });
  }, [props.zone]);
  useEffect(() => {
    refresh();
  }, [props.data, props.marks, props.thresholds, props.slow, props.from, props.to, props.at]);
  const height = props.drawings.reduce((sum, drawing) => sum + DRAWINGS[drawing].height, 0);
  return <div ref={host} style={{ height }} aria-hidden />;
}

interface Mounted {
  readonly drawings: readonly Drawing[];
  readonly plots: { current: readonly Drawn[] };
  readonly scene: { current: Scene | null };
  readonly zone: Zone;
  readonly onCursor: (index: number | null) => void;
  readonly onBrush: (from: number, to: number) => void;
  readonly onPoint: (at: number) => void;
  readonly refresh: () => void;
}

/** Tells the time of each click that is not the end of a brush. */
function listenForPoints(plot: uPlot, onPoint: (at: number) => void): void {
  let pressedAt = 0;
  plot.over.addEventListener('pointerdown', ({ clientX }) => {
    pressedAt = clientX;
  });
  plot.over.addEventListener('click', ({ clientX }) => {
    if (Math.abs(clientX - pressedAt) > 5) return;
    const x = clientX - plot.over.getBoundingClientRect().left;
    onPoint(plot.posToVal(x, 'x') * 1_000);
  });
}

function mount(element: HTMLElement, mounted: Mounted): () => void {
  const { drawings, plots, scene, zone, onCursor, onBrush, onPoint, refresh } = mounted;
  const painted: Scene = {
    colours: readColours(element),
    marks: [],
    thresholds: [],
    slow: [],
    at: null,
  };
  scene.current = painted;
  const frame = { width: element.clientWidth, sync: 'breaker', zone, onCursor, onBrush };
  const drawn = drawings.map((drawing) => {
    const { height, options } = DRAWINGS[drawing];
    const plot = new uPlot(
      options(painted, { ...frame, height }),
      columnsOf(drawing, NO_DATA),
      element,
    );
    listenForPoints(plot, onPoint);
    return { drawing, plot };
  });
  plots.current = drawn;
  refresh();
  const sizes = new ResizeObserver(() => {
    for (const { drawing, plot } of drawn) {
      plot.setSize({ width: element.clientWidth, height: DRAWINGS[drawing].height });
    }
  });
  sizes.observe(element);
  const repaint = () => {
    painted.colours = readColours(element);
    refresh();
  };
  const themes = new MutationObserver(repaint);
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', repaint);
  return () => {
    sizes.disconnect();
    themes.disconnect();
    system.removeEventListener('change', repaint);
    for (const { plot } of drawn) plot.destroy();
    plots.current = [];
  };
}
