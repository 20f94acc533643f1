import { cn } from '@/lib/cn';

const WIDTH = 120;
const HEIGHT = 28;
const TOP = 2;
const USABLE = HEIGHT - 2 * TOP;

interface SparklineProps {
  /** Failure rates 0…1, oldest first; null where no calls were made. */
  readonly rates: readonly (number | null)[];
  /** The rate that trips, 0…1: drawn as a dashed line. */
  readonly threshold: number;
  readonly label: string;
}

const y = (rate: number): number => TOP + (1 - Math.min(1, rate)) * USABLE;

/** Runs of consecutive seconds with calls, as SVG paths; a gap stays a gap. */
function pathOf(rates: readonly (number | null)[]): string {
  const step = WIDTH / Math.max(1, rates.length - 1);
  let drawing = false;
  let path = '';
  rates.forEach((rate, index) => {
    if (rate === null) {
      drawing = false;
      return;
    }
    path += `${drawing ? 'L' : 'M'}${(index * step).toFixed(1)} ${y(rate).toFixed(1)}`;
    if (!drawing) path += 'h0.01';
    drawing = true;
  });
  return path;
}

export function Sparkline({ rates, threshold, label }: SparklineProps) {
  const over = rates.some((rate) => rate !== null && rate >= threshold);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="h-7 w-full min-w-0 overflow-visible"
    >
      <line
        x1={0}
        x2={WIDTH}
        y1={y(threshold)}
        y2={y(threshold)}
        className="stroke-line-strong"
        strokeDasharray="3 3"
        strokeWidth={1}
        vectorEffect="non-scaling-stroke"
      />
      <path
        d={pathOf(rates)}
        fill="none"
        className={cn(over ? 'stroke-open-mark' : 'stroke-fg-3')}
        strokeWidth={1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
