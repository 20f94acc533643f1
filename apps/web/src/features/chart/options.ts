import type uPlot from 'uplot';
import { formatCount } from '@/lib/format';
import { drawBands, drawMarks, drawThresholds, rateStroke, type Scene } from './draw';

/** Room for the axis, the same in both charts, so that their times lie under each other. */
const AXIS_PX = 46;

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly sync: string;
  readonly onCursor: (index: number | null) => void;
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** "14:05", with seconds when the lines are closer than a minute. */
function clockLabels(splits: readonly number[], step: number): string[] {
  return splits.map((split) => {
    const date = new Date(split * 1_000);
    const minutes = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
    return step < 60 ? `${minutes}:${pad(date.getSeconds())}` : minutes;
  });
}

function timeAxis(scene: Scene, shown: boolean): uPlot.Axis {
  return {
    show: true,
    size: shown ? 26 : 4,
    stroke: () => (shown ? scene.colours.fg3 : 'transparent'),
    font: scene.colours.font,
    grid: { stroke: () => scene.colours.line, width: 1 },
    ticks: { show: false },
    space: 70,
    values: (_plot, splits, _axis, _space, step) =>
      shown ? clockLabels(splits, step) : splits.map(() => ''),
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

function shared(scene: Scene, { width, height, sync, onCursor }: Frame, labelled: boolean) {
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 14, 0, 0] as [number, number, number, number],
    cursor: {
      sync: { key: sync },
      points: { show: false },
      drag: { x: false, y: false },
      y: false,
    },
    hooks: {
      drawClear: [(plot: uPlot) => drawBands(plot, scene)],
      draw: [(plot: uPlot) => drawMarks(plot, scene, labelled)],
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
      timeAxis(scene, false),
      valueAxis(scene, (splits) => splits.map((split) => `${split} %`)),
    ],
    series: [
      {},
      {
        stroke: (plot) => rateStroke(plot, scene),
        width: 1.75,
        spanGaps: false,
        points: { show: false },
      },
    ],
    hooks: {
      ...base.hooks,
      draw: [(plot) => drawThresholds(plot, scene), ...base.hooks.draw],
    },
  };
}

/** Calls a second: answered, failed and rejected, told apart by their strokes. */
export function callsOptions(scene: Scene, frame: Frame): uPlot.Options {
  return {
    ...shared(scene, frame, false),
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.15)] } },
    axes: [
      timeAxis(scene, true),
      valueAxis(scene, (splits) => splits.map((split) => formatCount(split))),
    ],
    series: [
      {},
      { stroke: () => scene.colours.fg2, width: 1.5, points: { show: false } },
      { stroke: () => scene.colours.fg, width: 2, points: { show: false } },
      { stroke: () => scene.colours.fg3, width: 1.25, dash: [3, 3], points: { show: false } },
    ],
  };
}
