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
import { brushed, type ChartView, spanOf } from '../chart-view';
import { type Mark, marksOf } from '../marks';
import { chartData } from '../series';
import { useMoment } from '../use-moment';
import { ChartToolbar } from './chart-toolbar';
import { MarkButtons } from './mark-buttons';
import { MomentBar } from './moment-bar';
import type { PlotProps } from './plot';
import { Readout } from './readout';

const Plot = lazyPart(() => import('./plot').then((module) => module.Plot));
const TransitionDialog = lazyPart(() =>
  import('./transition-dialog').then((module) => module.TransitionDialog),
);

function thresholdsOf({ policy }: BreakerDetail): PlotProps['thresholds'] {
  const slow = 100 * policy.slow.failureRate;
  const fast = 100 * policy.fast.failureRate;
  const name = (percent: number, window: string) => ({
    percent,
    label: `trips at ${Number(percent.toFixed(1))} % (${window})`,
  });
  return slow === fast ? [name(slow, 'both windows')] : [name(slow, 'slow'), name(fast, 'fast')];
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
  return { plot: { data, marks, thresholds, from, to }, series };
}

function slowWords({ policy }: BreakerDetail): string {
  const { slowMs } = policy.call;
  const slow =
    slowMs === null
      ? 'No call counts as slow: the policy names no time.'
      : `Slow is what takes ${formatMillis(slowMs)} or longer.`;
  return `${slow} Latency percentiles are not recorded.`;
}

/** Failure rate and calls over up to thirty days: brushed, zoomed, and open to questions at each transition. */
export function BreakerChart({ breaker }: { readonly breaker: BreakerDetail }) {
  const [{ view, at }, change] = useMoment();
  const [zone] = useZone();
  const [index, setIndex] = useState<number | null>(null);
  const [opened, setOpened] = useState<Mark | null>(null);
  const { plot, series } = useChart(breaker, view);
  const point = (moment: number) => {
    change({ at: Math.round(moment), view: { kind: 'fixed', from: plot.from, to: plot.to } });
  };
  return (
    <Panel
      title="Failure rate and calls"
      labelledBy="chart-title"
      aside={<ChartToolbar view={view} onChange={(next) => change({ view: next })} />}
      bodyClassName="px-3 pt-3 pb-2"
    >
      <MomentBar
        at={at}
        fixed={view.kind === 'fixed'}
        marks={plot.marks}
        data={plot.data}
        onBack={() => change({ at: null, view: { kind: 'live', range: '5m' } })}
      />
      {series.error !== undefined && series.data === undefined ? (
        <PanelStatus error={series.error} onRetry={() => void series.mutate()} />
      ) : null}
      <div data-live={view.kind === 'live' ? true : undefined} aria-busy={series.isLoading}>
        <Readout data={plot.data} index={index} />
        <MarkButtons marks={plot.marks} span={plot} onOpen={setOpened} />
        <Plot
          {...plot}
          at={at}
          zone={zone}
          onCursor={setIndex}
          onBrush={(from, to) => change({ view: brushed(from, to) })}
          onPoint={point}
          fallback={<div className="h-[318px]" />}
        />
      </div>
      <p className="mt-1 text-2xs text-fg-3">
        Drag over the chart to look closer, click to point at a moment. {slowWords(breaker)}
      </p>
      {opened === null ? null : (
        <TransitionDialog
          breaker={breaker.key}
          mark={opened}
          onPoint={point}
          onClose={() => setOpened(null)}
        />
      )}
    </Panel>
  );
}
