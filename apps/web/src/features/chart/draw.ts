import type uPlot from 'uplot';
import type { ChartColours } from './chart-theme';
import type { Mark } from './marks';

/** A value that has a meaning of its own. */
export interface Limit {
  readonly value: number;
  readonly label: string;
}

/** What the painters draw around the lines; replaced with every new state, read at each drawing. */
export interface Scene {
  colours: ChartColours;
  marks: readonly Mark[];
  thresholds: readonly Limit[];
  /** The latency from which on a call is slow, by its logarithm; none: no call is. */
  slow: readonly Limit[];
  /** The moment that is pointed at, ms; null: none. */
  at: number | null;
}

const LABEL_ROOM_PX = 52;

/** A band per state: a wash over the plot and a solid line at its foot. */
export function drawBands(plot: uPlot, { marks, colours }: Scene): void {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  const foot = 3 * devicePixelRatio;
  ctx.save();
  marks.forEach(({ at, tone }, index) => {
    const next = marks[index + 1];
    const from = Math.max(bbox.left, plot.valToPos(at / 1_000, 'x', true));
    const to =
      next === undefined ? right : Math.min(right, plot.valToPos(next.at / 1_000, 'x', true));
    if (to <= from) return;
    ctx.fillStyle = colours.marks[tone];
    ctx.globalAlpha = tone === 'closed' ? 0.035 : 0.09;
    ctx.fillRect(from, bbox.top, to - from, bbox.height);
    ctx.globalAlpha = 0.9;
    ctx.fillRect(from, bbox.top + bbox.height - foot, to - from, foot);
  });
  ctx.restore();
}

/** A line where the state changed, named where there is room. */
export function drawMarks(plot: uPlot, { marks, colours }: Scene, labelled: boolean): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  let free = -Infinity;
  ctx.save();
  ctx.font = scaled(colours.font, ratio);
  ctx.textBaseline = 'top';
  for (const { at, tone, label } of marks) {
    const x = Math.round(plot.valToPos(at / 1_000, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colours.marks[tone];
    ctx.lineWidth = ratio;
    ctx.globalAlpha = 0.75;
    line(ctx, x, bbox.top, x, bbox.top + bbox.height);
    const toTheLeft = bbox.left + bbox.width - x < LABEL_ROOM_PX * ratio;
    if (!labelled || x < free + (toTheLeft ? LABEL_ROOM_PX * ratio : 0)) continue;
    ctx.globalAlpha = 1;
    ctx.fillStyle = colours.words[tone];
    ctx.textAlign = toTheLeft ? 'right' : 'left';
    ctx.fillText(label, x + (ctx.textAlign === 'left' ? 4 : -4) * ratio, bbox.top + 3 * ratio);
    free = toTheLeft ? Infinity : x + LABEL_ROOM_PX * ratio;
  }
  ctx.restore();
}

/** A solid line through the moment that is pointed at. */
export function drawMoment(plot: uPlot, { at, colours }: Scene): void {
  if (at === null) return;
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(at / 1_000, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = colours.fg;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  line(ctx, x, bbox.top, x, bbox.top + bbox.height);
  ctx.restore();
}

/** Dashed lines at values that are in sight. */
export function drawLimits(plot: uPlot, { colours }: Scene, limits: readonly Limit[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = scaled(colours.font, ratio);
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'left';
  ctx.lineWidth = ratio;
  ctx.setLineDash([4 * ratio, 4 * ratio]);
  for (const { value, label } of limits) {
    const y = Math.round(plot.valToPos(value, 'y', true));
    if (!(y >= bbox.top && y <= bbox.top + bbox.height)) continue;
    ctx.strokeStyle = colours.fg3;
    line(ctx, bbox.left, y, bbox.left + bbox.width, y);
    ctx.fillStyle = colours.fg2;
    ctx.fillText(label, bbox.left + 6 * ratio, y - 3 * ratio);
  }
  ctx.restore();
}

/** The rate is a plain line up to the threshold and red above it: there it trips. */
export function rateStroke(plot: uPlot, { colours, thresholds }: Scene): CanvasGradient | string {
  const lowest = Math.min(...thresholds.map(({ value }) => value));
  const { top, height } = plot.bbox;
  if (!Number.isFinite(height) || height === 0 || !Number.isFinite(lowest)) return colours.fg;
  const y = plot.valToPos(lowest, 'y', true);
  const stop = Math.min(1, Math.max(0, (y - top) / height));
  const gradient = plot.ctx.createLinearGradient(0, top, 0, top + height);
  gradient.addColorStop(stop, colours.over);
  gradient.addColorStop(stop, colours.fg);
  return gradient;
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

function scaled(font: string, ratio: number): string {
  return font.replace(/^(\d+)px/, (_, size: string) => `${Number(size) * ratio}px`);
}
