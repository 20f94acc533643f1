'use client';

import type { BreakerDetail } from '@recloser/protocol';
import { useMemo, useState } from 'react';
import { Panel } from '@/components/ui/panel';
import { PanelStatus } from '@/components/ui/panel-status';
import { useLiveValue, useSeconds } from '@/features/live/live-provider';
import { KEPT_SECONDS } from '@/features/live/live-state';
import { useNow } from '@/lib/clock';
import { formatMillis } from '@/lib/format';
import { lazyPart } from '@/lib/lazy-part';
import { useZone } from '@/lib/zone';
import { useSeries } from '../api/use-series';
import { brushed, type ChartView, type Moment, spanOf } from '../chart-view';
import { type Mark, marksOf } from '../marks';
import { chartData } from '../series';
import { useMoment } from '../use-moment';
import { ChartToolbar } from './chart-toolbar';
import { LatencyPanel } from './latency-panel';
import { MarkButtons } from './mark-buttons';
import { MomentBar } from './moment-bar';
import type { PlotProps } from './plot';
import { Readout } from './readout';

const Plot = lazyPart(() => import('./plot').then((module) => module.Plot));
const TransitionDialog = lazyPart(() =>
  import('./transition-dialog').then((module) => module.TransitionDialog),
);

const DRAWINGS = ['rate', 'calls'] as const;

function thresholdsOf({ policy }: BreakerDetail): PlotProps['thresholds'] {
  const value = 100 * policy.trip.toleratedRate;
  return [{ value, label: `tolerated: ${Number(value.toFixed(1))}%` }];
}

function slowOf({ policy }: BreakerDetail): PlotProps['slow'] {
  const { slowMs } = policy.call;
  return slowMs === null
    ? []
    : [{ value: Math.log10(slowMs), label: `slow from ${formatMillis(slowMs)}` }];
}

function useChart(breaker: BreakerDetail, view: ChartView) {
  const series = useSeries(breaker.key, view);
  const live = useSeconds(breaker.key, KEPT_SECONDS);
  const events = useLiveValue((state) => state.events);
  const now = useNow() ?? breaker.now;
  const { from, to } = spanOf(view, now);
  const data = useMemo(
    () => chartData(series.data, live, from, Math.min(to, now)),
    [series.data, live, from, to, now],
  );
  const marks = useMemo(
    () => marksOf(series.data?.transitions ?? [], breaker, events),
    [series.data, breaker, events],
  );
  const thresholds = useMemo(() => thresholdsOf(breaker), [breaker]);
  const slow = useMemo(() => slowOf(breaker), [breaker]);
  return { drawn: { data, marks, thresholds, slow, from, to }, series };
}

function slowWords({ policy }: BreakerDetail): string {
  const { slowMs } = policy.call;
  return slowMs === null
    ? 'No call counts as slow: the policy names no time.'
    : `Slow is what takes ${formatMillis(slowMs)} or longer.`;
}

interface RatePanelProps {
  readonly breaker: BreakerDetail;
  readonly plot: Omit<PlotProps, 'drawings'>;
  readonly series: ReturnType<typeof useSeries>;
  readonly view: ChartView;
  readonly index: number | null;
  readonly onChange: (change: Partial<Moment>) => void;
  readonly onOpen: (mark: Mark) => void;
}

function RatePanel({ breaker, plot, series, view, index, onChange, onOpen }: RatePanelProps) {
  return (
    <Panel
      title="Failure rate and calls"
      labelledBy="chart-title"
      aside={<ChartToolbar view={view} onChange={(next) => onChange({ view: next })} />}
      bodyClassName="px-3 pt-3 pb-2"
    >
      <MomentBar
        at={plot.at}
        fixed={view.kind === 'fixed'}
        marks={plot.marks}
        data={plot.data}
        onBack={() => onChange({ at: null, view: { kind: 'live', range: '5m' } })}
      />
      {series.error !== undefined && series.data === undefined ? (
        <PanelStatus error={series.error} onRetry={() => void series.mutate()} />
      ) : null}
      <div data-live={view.kind === 'live' ? true : undefined} aria-busy={series.isLoading}>
        <Readout data={plot.data} index={index} />
        <MarkButtons marks={plot.marks} span={plot} onOpen={onOpen} />
        <Plot {...plot} drawings={DRAWINGS} fallback={<div className="h-[318px]" />} />
      </div>
      <p className="mt-1 text-2xs text-fg-3">
        {series.isLoading
          ? 'Reading the counts of this time…'
          : `Drag over the chart to look closer, click to point at a moment. ${slowWords(breaker)}`}
      </p>
    </Panel>
  );
}

/** Failure rate, calls and latencies over up to thirty days: brushed, zoomed, and open to questions at each transition. */
export function BreakerChart({ breaker }: { readonly breaker: BreakerDetail }) {
  const [{ view, at }, change] = useMoment();
  const [zone] = useZone();
  const [index, setIndex] = useState<number | null>(null);
  const [opened, setOpened] = useState<Mark | null>(null);
  const { drawn, series } = useChart(breaker, view);
  const onPoint = (moment: number) => {
    change({ at: Math.round(moment), view: { kind: 'fixed', from: drawn.from, to: drawn.to } });
  };
  const onBrush = (from: number, to: number) => {
    change({ view: brushed(from, to) });
  };
  const plot = { ...drawn, at, zone, onCursor: setIndex, onBrush, onPoint };
  return (
    <>
      <RatePanel {...{ breaker, plot, series, view, index }} onChange={change} onOpen={setOpened} />
      <LatencyPanel
        plot={plot}
        index={index}
        latency={series.data?.latency}
        loading={series.isLoading}
        live={view.kind === 'live'}
      />
      {opened === null ? null : (
        <TransitionDialog
          breaker={breaker.key}
          mark={opened}
          onPoint={onPoint}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}
