'use client';

import { Crosshair, RotateCcw } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Clock } from '@/components/ui/time';
import { useHydrated } from '@/lib/clock';
import { formatCount, formatLatency, formatShare } from '@/lib/format';
import { stateWord } from '@/lib/vocabulary';
import { type Mark, markAt } from '../marks';
import type { ChartData } from '../series';

interface MomentBarProps {
  readonly at: number | null;
  /** The chart stands still. */
  readonly fixed: boolean;
  readonly marks: readonly Mark[];
  readonly data: ChartData;
  readonly onBack: () => void;
}

/** The last point at or before the moment. */
function figuresAt(data: ChartData, at: number): string {
  const index = data.time.findLastIndex((time) => time * 1_000 <= at);
  const rate = data.rate[index];
  const calls = (data.ok[index] ?? 0) + (data.failures[index] ?? 0);
  if (index === -1) return 'no figures';
  const p95 = data.p95[index] ?? null;
  const latency = p95 === null ? '' : `, P95 ${formatLatency(p95)}`;
  return `${formatShare(rate === undefined || rate === null ? null : rate / 100)} of ${formatCount(calls)} calls/s failed${latency}`;
}

/** What held at the moment that the address points at, and the way back to the present. */
export function MomentBar({ at, fixed, marks, data, onBack }: MomentBarProps) {
  const hydrated = useHydrated();
  if (at === null && !fixed) return null;
  const mark = at === null ? null : markAt(marks, at);
  return (
    <div
      role="status"
      className="num mb-3 flex flex-wrap items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2 text-sm"
    >
      <Crosshair size={15} className="shrink-0 text-fg-3" aria-hidden />
      {at === null ? (
        <span className="flex-1">This chart stands still.</span>
      ) : (
        <span className="min-w-0 flex-1">
          <Clock at={at} withDate />
          {': '}
          <strong className="font-semibold">
            {mark === null ? 'state unknown' : stateWord(mark.standing)}
          </strong>
          , {figuresAt(data, at)}
        </span>
      )}
      {hydrated ? <CopyButton text={location.href} what="address of this view" /> : null}
      <Button size="sm" onClick={onBack}>
        <RotateCcw size={12} aria-hidden /> Back to now
      </Button>
    </div>
  );
}
