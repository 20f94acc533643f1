'use client';

import { Panel } from '@/components/ui/panel';
import type { LatencyFigures } from '@recloser/core';
import { formatDateTime, formatLatency } from '@/lib/format';
import { lazyPart } from '@/lib/lazy-part';
import { useZone } from '@/lib/zone';
import { PERCENTILES } from '../series';
import { STROKES } from '../strokes';
import { LatencyTable } from './latency-table';
import type { PlotProps } from './plot';
import { Key, type ReadoutProps } from './readout';

const Plot = lazyPart(() => import('./plot').then((module) => module.Plot));

const DRAWINGS = ['latency'] as const;

/** The percentiles under the pointer, or the newest that were told. */
function LatencyReadout({ data, index }: ReadoutProps) {
  const [zone] = useZone();
  const at = index ?? data.p99.findLastIndex((value) => value !== null);
  const time = data.time[at];
  return (
    <div className="flex items-start justify-between gap-4 text-xs">
      <dl className="flex flex-wrap items-center gap-x-4 gap-y-1">
        {PERCENTILES.map((name) => (
          <Key
            key={name}
            name={name.toUpperCase()}
            value={formatLatency(data[name][at] ?? null)}
            stroke={STROKES[name]}
          />
        ))}
      </dl>
      <span className="num shrink-0 text-fg-3">
        {index === null || time === undefined ? 'newest' : formatDateTime(time * 1_000, zone)}
      </span>
    </div>
  );
}

/** Of the whole time in sight: percentiles of all its calls, not of the points. */
function wholeWords({ samples, p50, p95, p99, max }: LatencyFigures): string {
  const counted = samples.toLocaleString('en-US');
  return `The whole time: half of the calls within ${formatLatency(p50)}, 95% within ${formatLatency(p95)}, 99% within ${formatLatency(p99)}, the longest at most ${formatLatency(max)}; of a sample of ${counted}.`;
}

interface LatencyPanelProps {
  readonly plot: Omit<PlotProps, 'drawings'>;
  readonly index: number | null;
  /** Of the whole time; null: nothing was told; undefined: not read yet. */
  readonly latency: LatencyFigures | null | undefined;
  readonly loading: boolean;
  /** It moves along with the present. */
  readonly live: boolean;
}

/** How long calls took, below the failure rate and over the same time. */
export function LatencyPanel({ plot, index, latency, loading, live }: LatencyPanelProps) {
  const told = loading || plot.data.p99.some((value) => value !== null);
  return (
    <Panel title="Latency" labelledBy="latency-title" bodyClassName="px-3 pt-3 pb-2">
      {told ? (
        <div data-live={live ? true : undefined} aria-busy={loading}>
          <LatencyReadout data={plot.data} index={index} />
          <Plot {...plot} drawings={DRAWINGS} fallback={<div className="h-[168px]" />} />
          <p className="mt-1 text-2xs text-fg-3">
            {latency ? wholeWords(latency) : null} Logarithmic scale; each value at most 9% too
            high.
          </p>
          <LatencyTable data={plot.data} />
        </div>
      ) : (
        <p className="py-3 text-sm text-fg-2">
          No latencies in this time: nobody called, or the SDKs that did are older than this server
          and do not tell them.
        </p>
      )}
    </Panel>
  );
}
