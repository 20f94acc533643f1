'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import type { Zone } from '@/lib/format';
import { readColours } from '../chart-theme';
import type { Scene } from '../draw';
import type { Mark } from '../marks';
import { callsOptions, rateOptions } from '../options';
import type { ChartData } from '../series';

const RATE_PX = 190;
const CALLS_PX = 128;

export interface PlotProps {
  readonly data: ChartData;
  readonly marks: readonly Mark[];
  readonly thresholds: Scene['thresholds'];
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

interface Plots {
  readonly rate: uPlot;
  readonly calls: uPlot;
}

function rateData({ time, rate }: ChartData): uPlot.AlignedData {
  return [[...time], [...rate]];
}

function callsData({ time, ok, failures, rejected }: ChartData): uPlot.AlignedData {
  return [[...time], [...ok], [...failures], [...rejected]];
}

function show({ rate, calls }: Plots, { data, from, to }: PlotProps): void {
  for (const [plot, columns] of [
    [rate, rateData(data)],
    [calls, callsData(data)],
  ] as const) {
    plot.batch(() => {
      plot.setData(columns, false);
      plot.setScale('x', { min: from / 1_000, max: to / 1_000 });
    });
    plot.redraw(false, false);
  }
}

/** Two charts over one time: failure rate and calls. */
export function Plot(props: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plots = useRef<Plots | null>(null);
  const scene = useRef<Scene | null>(null);
  const onCursor = useEffectEvent(props.onCursor);
  const onBrush = useEffectEvent(props.onBrush);
  const onPoint = useEffectEvent(props.onPoint);
  const refresh = useEffectEvent(() => {
    if (scene.current === null || plots.current === null) return;
    scene.current.marks = props.marks;
    scene.current.thresholds = props.thresholds;
    scene.current.at = props.at;
    show(plots.current, props);
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    return mount(element, { plots, scene, zone: props.zone, onCursor, onBrush, onPoint, refresh });
  }, [props.zone]);
  useEffect(() => {
    refresh();
  }, [props.data, props.marks, props.thresholds, props.from, props.to, props.at]);
  return <div ref={host} style={{ height: RATE_PX + CALLS_PX }} aria-hidden />;
}

interface Mounted {
  readonly plots: { current: Plots | null };
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
  const { plots, scene, zone, onCursor, onBrush, onPoint, refresh } = mounted;
  const painted: Scene = { colours: readColours(element), marks: [], thresholds: [], at: null };
  scene.current = painted;
  const frame = { width: element.clientWidth, sync: 'breaker', zone, onCursor, onBrush };
  const rate = new uPlot(rateOptions(painted, { ...frame, height: RATE_PX }), [[], []], element);
  const calls = new uPlot(
    callsOptions(painted, { ...frame, height: CALLS_PX }),
    [[], [], [], []],
    element,
  );
  for (const plot of [rate, calls]) listenForPoints(plot, onPoint);
  plots.current = { rate, calls };
  refresh();
  const sizes = new ResizeObserver(() => {
    rate.setSize({ width: element.clientWidth, height: RATE_PX });
    calls.setSize({ width: element.clientWidth, height: CALLS_PX });
  });
  sizes.observe(element);
  const themes = new MutationObserver(() => {
    painted.colours = readColours(element);
    refresh();
  });
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    sizes.disconnect();
    themes.disconnect();
    rate.destroy();
    calls.destroy();
    plots.current = null;
  };
}
