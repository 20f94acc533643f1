import { Check } from 'lucide-react';
import { cn } from '@/lib/cn';
import type { Gauge } from '../progress';

function GaugeBar({ gauge }: { readonly gauge: Gauge }) {
  return (
    <li className="min-w-0">
      <div className="flex items-baseline justify-between gap-2">
        <p className="flex items-center gap-1.5 text-xs text-fg-2">
          {gauge.label}
          {gauge.met ? <Check size={12} strokeWidth={3} aria-label="met" /> : null}
        </p>
        <p className="num truncate text-sm font-medium">{gauge.value}</p>
      </div>
      <div className="mt-1.5 h-1 overflow-hidden rounded-full bg-line" aria-hidden>
        <div
          className={cn('h-full transition-[width] duration-100', gauge.met ? 'bg-fg' : 'bg-fg-3')}
          style={{ width: `${gauge.share * 100}%` }}
        />
      </div>
      <p className="num mt-1.5 truncate text-xs text-fg-3">{gauge.note}</p>
    </li>
  );
}

/** What has to hold before the next stair. */
export function Gauges({ gauges }: { readonly gauges: readonly Gauge[] }) {
  if (gauges.length === 0) return null;
  return (
    <ul className={cn('grid gap-x-8 gap-y-4', gauges.length > 1 && 'sm:grid-cols-3')}>
      {gauges.map((gauge) => (
        <GaugeBar key={gauge.label} gauge={gauge} />
      ))}
    </ul>
  );
}
