'use client';

import { formatCount, formatDateTime, formatShare } from '@/lib/format';
import { useZone } from '@/lib/zone';
import type { ChartData } from '../series';

interface KeyProps {
  readonly name: string;
  readonly value: string;
  readonly swatch: string;
}

export function Key({ name, value, swatch }: KeyProps) {
  return (
    <div className="flex items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden className={`h-0 w-4 ${swatch}`} />
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
          swatch="border-t-2 border-fg"
        />
        <Key name="OK" value={perSecond(data.ok)} swatch="border-t-[1.5px] border-fg-2" />
        <Key name="Failed" value={perSecond(data.failures)} swatch="border-t-2 border-fg" />
        <Key
          name="Rejected"
          value={perSecond(data.rejected)}
          swatch="border-t-[1.5px] border-dashed border-fg-3"
        />
        <Key name="Slow" value={perSecond(data.slow)} swatch="w-0" />
      </dl>
      <span className="num shrink-0 text-fg-3">
        {index === null || time === undefined ? 'newest' : formatDateTime(time * 1_000, zone)}
      </span>
    </div>
  );
}
