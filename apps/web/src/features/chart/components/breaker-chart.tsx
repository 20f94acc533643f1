'use client';

import type { BreakerDetail } from '@recloser/protocol';
import { useMemo, useState } from 'react';
import { Panel } from '@/components/ui/panel';
import { Segmented } from '@/components/ui/segmented';
import { useLiveValue, useSeconds } from '@/features/live/live-provider';
import { KEPT_SECONDS } from '@/features/live/live-state';
import { useNow } from '@/lib/clock';
import { lazyPart } from '@/lib/lazy-part';
import { formatClock, formatCount, formatShare } from '@/lib/format';
import { type Range, RANGES, useSeries } from '../api/use-series';
import { marksOf } from '../marks';
import { type ChartData, chartData } from '../series';
import type { PlotProps } from './plot';

const Plot = lazyPart(() => import('./plot').then((module) => module.Plot));
const OPTIONS = (Object.keys(RANGES) as Range[]).map((value) => ({
  value,
  label: RANGES[value].label,
}));

interface KeyProps {
  readonly name: string;
  readonly value: string;
  readonly swatch: string;
}

function Key({ name, value, swatch }: KeyProps) {
  return (
    <div className="flex items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden className={`h-0 w-4 ${swatch}`} />
      <dt className="text-fg-3">{name}</dt>
      <dd className="num font-medium text-fg">{value}</dd>
    </div>
  );
}

/** The values under the pointer, or the newest. */
function Readout({ data, index }: { readonly data: ChartData; readonly index: number | null }) {
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
      </dl>
      <span className="num text-fg-3">
        {index === null || time === undefined ? 'now' : formatClock(time * 1_000)}
      </span>
    </div>
  );
}

function thresholdsOf({ policy }: BreakerDetail): PlotProps['thresholds'] {
  const slow = 100 * policy.slow.failureRate;
  const fast = 100 * policy.fast.failureRate;
  const name = (percent: number, window: string) => ({
    percent,
    label: `trips at ${Number(percent.toFixed(1))} % (${window})`,
  });
  return slow === fast ? [name(slow, 'both windows')] : [name(slow, 'slow'), name(fast, 'fast')];
}

function useChart(breaker: BreakerDetail, range: Range) {
  const { data: series } = useSeries(breaker.key, range);
  const live = useSeconds(breaker.key, KEPT_SECONDS);
  const events = useLiveValue((state) => state.events);
  const now = useNow() ?? breaker.now;
  const from = now - RANGES[range].ms;
  const data = useMemo(() => chartData(series, live, from, now), [series, live, from, now]);
  const marks = useMemo(
    () => marksOf(series?.transitions ?? [], breaker, events),
    [series, breaker, events],
  );
  const thresholds = useMemo(() => thresholdsOf(breaker), [breaker]);
  return { data, marks, thresholds, from, to: now };
}

export function BreakerChart({ breaker }: { readonly breaker: BreakerDetail }) {
  const [range, setRange] = useState<Range>('5m');
  const [index, setIndex] = useState<number | null>(null);
  const chart = useChart(breaker, range);
  return (
    <Panel
      title="Failure rate and calls"
      labelledBy="chart-title"
      aside={<Segmented label="Time range" value={range} options={OPTIONS} onChange={setRange} />}
      bodyClassName="px-3 pt-3 pb-2"
    >
      <div data-live>
        <Readout data={chart.data} index={index} />
        <Plot {...chart} onCursor={setIndex} fallback={<div className="h-[318px]" />} />
      </div>
    </Panel>
  );
}
