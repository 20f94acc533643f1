'use client';

import { formatCount, formatDateTime, formatShare } from '@/lib/format';
import { useZone } from '@/lib/zone';
import type { ChartData } from '../series';
import { type Stroke, STROKES } from '../strokes';

interface KeyProps {
  readonly name: string;
  readonly value: string;
  /** As the series is drawn; null: it is not. */
  readonly stroke: Stroke | null;
}

/** A series by its name and value, with a piece of its line. */
export function Key({ name, value, stroke }: KeyProps) {
  return (
    <div className="flex items-center gap-1.5 whitespace-nowrap">
      {stroke === null ? null : (
        <svg width={18} height={4} aria-hidden className="shrink-0">
          <line
            x1={0}
            x2={18}
            y1={2}
            y2={2}
            stroke={`var(--${stroke.colour})`}
            strokeWidth={stroke.width}
            strokeDasharray={stroke.dash.join(' ')}
          />
        </svg>
      )}
      <dt className="text-fg-3">{name}</dt>
      <dd className="num font-medium text-fg">{value}</dd>
    </div>
  );
}

export interface ReadoutProps {
  readonly data: ChartData;
  /** The place under the pointer; null: the newest. */
  readonly index: number | null;
}

/** The values under the pointer, or the newest. */
export function Readout({ data, index }: ReadoutProps) {
  const [zone] = useZone();
  const at = index ?? data.time.length - 1;
  const time = data.time[at];
  const rate = data.rate[at] ?? null;
  const perSecond = (values: readonly number[]): string => {
    const value = values[at];
    return value === undefined ? '–' : `${formatCount(value)}/s`;
  };
  return (
    <div className="flex items-start justify-between gap-4 text-xs">
      <dl className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Key
          name="Failure rate"
          value={formatShare(rate === null ? null : rate / 100)}
          stroke={STROKES.rate}
        />
        <Key name="OK" value={perSecond(data.ok)} stroke={STROKES.ok} />
        <Key name="Failed" value={perSecond(data.failures)} stroke={STROKES.failures} />
        <Key name="Rejected" value={perSecond(data.rejected)} stroke={STROKES.rejected} />
        <Key name="Slow" value={perSecond(data.slow)} stroke={null} />
      </dl>
      <span className="num shrink-0 text-fg-3">
        {index === null || time === undefined ? 'newest' : formatDateTime(time * 1_000, zone)}
      </span>
    </div>
  );
}
