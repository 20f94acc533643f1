'use client';

import type { BreakerDetail } from '@recloser/protocol';
import { useMemo } from 'react';
import { useLiveValue, useSeconds } from '@/features/live/live-provider';
import { appliedOf, KEPT_SECONDS, type SecondCounts } from '@/features/live/live-state';
import { Panel } from '@/components/ui/panel';
import { useNow } from '@/lib/clock';
import { toneOf } from '@/lib/vocabulary';
import { ladderOf } from '../ladder';
import { progressOf, type StepCounts } from '../progress';
import { Gauges } from './gauges';
import { LadderControls } from './ladder-controls';
import { RecoverySteps } from './recovery-steps';

function countsSince(seconds: readonly SecondCounts[], from: number): StepCounts {
  const sum = { ok: 0, failures: 0 };
  for (const second of seconds) {
    // A second that the dwell began in counts whole: the feed has no finer grain.
    if (second.at + 1_000 <= from) continue;
    sum.ok += second.ok;
    sum.failures += second.failures;
  }
  return sum;
}

function useProgress(breaker: BreakerDetail) {
  const seconds = useSeconds(breaker.key, KEPT_SECONDS);
  const convergence = useLiveValue((state) => state.convergence);
  const now = useNow(100) ?? breaker.now;
  const { current } = breaker;
  const from = current.kind === 'ramping' ? current.dwellStartedAt : null;
  const counts = useMemo(
    () => (from === null ? { ok: 0, failures: 0 } : countsSince(seconds, from)),
    [seconds, from],
  );
  return progressOf(breaker, { now, counts, applied: appliedOf(convergence, breaker.seq) });
}

/** How far the present stair is on its way: as far as the condition that is furthest from being met. */
function shareOf(shares: readonly number[]): number {
  return shares.length === 0 ? 0 : Math.min(...shares);
}

/** The centrepiece: where the recovery stands, what it waits for, and how to steer it. */
export function RecoveryLadder({ breaker }: { readonly breaker: BreakerDetail }) {
  const rungs = useMemo(() => ladderOf(breaker), [breaker]);
  const progress = useProgress(breaker);
  const { current } = breaker;
  const paused = current.kind === 'ramping' && current.paused;
  return (
    <Panel title="Recovery ladder" labelledBy="ladder-title" bodyClassName="p-0">
      <div className="flex flex-col gap-5 p-4 sm:p-5" data-live>
        <RecoverySteps
          rungs={rungs}
          tone={toneOf(breaker)}
          share={shareOf(progress.gauges.map((gauge) => gauge.share))}
          paused={paused}
        />
        <div>
          <h3 className="num text-base font-semibold tracking-tight">{progress.headline}</h3>
          <p className="num mt-0.5 text-sm text-pretty text-fg-2">{progress.detail}</p>
        </div>
        <Gauges gauges={progress.gauges} />
      </div>
      <div className="border-t border-line px-4 py-3 sm:px-5">
        <LadderControls breaker={breaker} />
      </div>
    </Panel>
  );
}
