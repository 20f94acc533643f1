import type uPlot from 'uplot';
import {
  formatClock,
  formatCount,
  formatDay,
  formatLatency,
  localDateShowing,
  type Zone,
} from '@/lib/format';
import { drawBands, drawLimits, drawMarks, drawMoment, rateStroke, type Scene } from './draw';
import { latencyRange, latencySplits, unscaled } from './latency-scale';
import { type Stroke, STROKES } from './strokes';

/** Room for the axis, the same in all charts, so that their times lie under each other. */
export const AXIS_PX = 46;
/** Room at the right end. */
export const END_PX = 14;

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly sync: string;
  readonly zone: Zone;
  readonly onCursor: (index: number | null) => void;
  /** A stretch was brushed; ms. */
  readonly onBrush: (from: number, to: number) => void;
}

const DAY_S = 86_400;

/** "14:05", with seconds when the lines are closer than a minute, with the day when they are days apart. */
function clockLabels(splits: readonly number[], step: number, zone: Zone): string[] {
  return splits.map((split) => {
    const at = split * 1_000;
    if (step >= DAY_S) return formatDay(at, zone);
    const clock = formatClock(at, zone);
    const label = step < 60 ? clock : clock.slice(0, 5);
    return label === '00:00' ? formatDay(at, zone) : label;
  });
}

function timeAxis(scene: Scene, shown: boolean, zone: Zone): uPlot.Axis {
  return {
    show: true,
    size: shown ? 26 : 4,
    stroke: () => (shown ? scene.colours.fg3 : 'transparent'),
    font: scene.colours.font,
    grid: { stroke: () => scene.colours.line, width: 1 },
    ticks: { show: false },
    space: 70,
    values: (_plot, splits, _axis, _space, step) =>
      shown ? clockLabels(splits, step, zone) : splits.map(() => ''),
  };
}

function valueAxis(scene: Scene, values: (splits: number[]) => string[]): uPlot.Axis {
  return {
    size: AXIS_PX,
    stroke: () => scene.colours.fg3,
    font: scene.colours.font,
    grid: { stroke: () => scene.colours.line, width: 1 },
    ticks: { show: false },
    space: 30,
    values: (_, splits) => values(splits),
  };
}

function shared(
  scene: Scene,
  { width, height, sync, zone, onCursor, onBrush }: Frame,
  labelled: boolean,
) {
  return {
    width,
    height,
    legend: { show: false },
    tzDate: (seconds: number) => localDateShowing(seconds * 1_000, zone),
    padding: [8, END_PX, 0, 0] as [number, number, number, number],
    cursor: {
      sync: { key: sync },
      points: { show: false },
      drag: { x: true, y: false, setScale: false, dist: 6 },
      y: false,
    },
    hooks: {
      drawClear: [(plot: uPlot) => drawBands(plot, scene)],
      draw: [
        (plot: uPlot) => drawMarks(plot, scene, labelled),
        (plot: uPlot) => drawMoment(plot, scene),
      ],
      setSelect: [
        (plot: uPlot) => {
          const { left, width: wide } = plot.select;
          if (wide === 0) return;
          onBrush(plot.posToVal(left, 'x') * 1_000, plot.posToVal(left + wide, 'x') * 1_000);
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      setCursor: [(plot: uPlot) => onCursor(plot.cursor.idx ?? null)],
    },
  };
}

/** Failure rate in percent, with the thresholds that trip. */
export function rateOptions(scene: Scene, frame: Frame): uPlot.Options {
  const base = shared(scene, frame, true);
  return {
    ...base,
    scales: { x: { time: true }, y: { range: [0, 100] } },
    axes: [
      timeAxis(scene, false, frame.zone),
      valueAxis(scene, (splits) => splits.map((split) => `${split}%`)),
    ],
    series: [
      {},
      {
        stroke: (plot) => rateStroke(plot, scene),
        width: STROKES.rate.width,
        spanGaps: false,
        points: { show: false },
      },
    ],
    hooks: {
      ...base.hooks,
      draw: [(plot) => drawLimits(plot, scene, scene.thresholds), ...base.hooks.draw],
    },
  };
}

const COLOURS = { fg: 'fg', 'fg-2': 'fg2', 'fg-3': 'fg3' } as const;

function drawnAs({ colour, width, dash }: Stroke, scene: Scene) {
  return { stroke: () => scene.colours[COLOURS[colour]], width, dash: [...dash] };
}

/** Calls a second: answered, failed and rejected, told apart by their strokes. */
export function callsOptions(scene: Scene, frame: Frame): uPlot.Options {
  return {
    ...shared(scene, frame, false),
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.15)] } },
    axes: [
      timeAxis(scene, true, frame.zone),
      valueAxis(scene, (splits) => splits.map((split) => formatCount(split))),
    ],
    series: [
      {},
      { ...drawnAs(STROKES.ok, scene), points: { show: false } },
      { ...drawnAs(STROKES.failures, scene), points: { show: false } },
      { ...drawnAs(STROKES.rejected, scene), points: { show: false } },
    ],
  };
}

/** Places of values without a neighbour: a line has no length there. */
function isolated(values: ArrayLike<number | null | undefined>): number[] {
  const isTold = (index: number) => values[index] !== null && values[index] !== undefined;
  const found: number[] = [];
  for (let index = 0; index < values.length; index += 1) {
    if (isTold(index) && !isTold(index - 1) && !isTold(index + 1)) found.push(index);
  }
  return found;
}

/** Percentiles of latency on a logarithmic scale, with the limit of what is slow. */
export function latencyOptions(scene: Scene, frame: Frame): uPlot.Options {
  const base = shared(scene, frame, false);
  const points = {
    show: false,
    size: 3,
    filter: (plot: uPlot, series: number) => isolated(plot.data[series] ?? []),
  };
  return {
    ...base,
    scales: {
      x: { time: true },
      y: {
        range: (_plot, min: number | null, max: number | null) => latencyRange(min, max),
      },
    },
    axes: [
      timeAxis(scene, true, frame.zone),
      {
        ...valueAxis(scene, (splits) => splits.map((split) => formatLatency(unscaled(split)))),
        splits: (_plot, _axis, low, high) => latencySplits(low, high),
      },
    ],
    series: [
      {},
      { ...drawnAs(STROKES.p50, scene), points },
      { ...drawnAs(STROKES.p95, scene), points },
      { ...drawnAs(STROKES.p99, scene), points },
    ],
    hooks: {
      ...base.hooks,
      draw: [(plot) => drawLimits(plot, scene, scene.slow), ...base.hooks.draw],
    },
  };
}
