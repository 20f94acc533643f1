'use client';

import { useMemo, useState } from 'react';
import { formatDateTime, formatLatency, formatShare } from '@/lib/format';
import { useZone } from '@/lib/zone';
import { type ChartData, slowestMoments } from '../series';

const ROWS = 24;

/** The chart for whoever cannot see it, or wants to copy its figures. */
export function LatencyTable({ data }: { readonly data: ChartData }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="mt-2 text-xs"
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary className="w-fit cursor-pointer rounded text-fg-2 hover:text-fg">As a table</summary>
      {open ? <Moments data={data} /> : null}
    </details>
  );
}

function Moments({ data }: { readonly data: ChartData }) {
  const [zone] = useZone();
  const moments = useMemo(() => slowestMoments(data, ROWS), [data]);
  return (
    <div
      className="mt-2 max-w-full overflow-x-auto"
      role="region"
      aria-label="Latencies"
      tabIndex={0}
    >
      <table className="num w-full text-left">
        <caption className="sr-only">The slowest moment of each part of the time shown</caption>
        <thead className="text-fg-3">
          <tr>
            {['Slowest moments', 'P50', 'P95', 'P99', 'Failed'].map((title) => (
              <th key={title} scope="col" className="py-1 pr-4 font-medium whitespace-nowrap">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {moments.map(({ at, p50, p95, p99, rate }) => (
            <tr key={at} className="border-t border-line">
              <th scope="row" className="py-1 pr-4 font-normal whitespace-nowrap">
                {formatDateTime(at, zone)}
              </th>
              <td className="pr-4 whitespace-nowrap">{formatLatency(p50)}</td>
              <td className="pr-4 whitespace-nowrap">{formatLatency(p95)}</td>
              <td className="pr-4 whitespace-nowrap">{formatLatency(p99)}</td>
              <td className="whitespace-nowrap">
                {formatShare(rate === null ? null : rate / 100)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
