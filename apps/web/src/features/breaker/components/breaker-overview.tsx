'use client';

import { Panel } from '@/components/ui/panel';
import { RecoveryLadder } from '@/features/ladder/components/recovery-ladder';
import { lazyPart } from '@/lib/lazy-part';
import { useBreakerOfPage } from './breaker-context';
import { ConvergencePanel } from './convergence-panel';
import { EventsPanel } from './events-panel';
import { EvidencePanel } from './evidence-panel';
import { PromotePanel } from './promote-panel';
import { PartitionsPanel } from './partitions-panel';

/** Comes after the page: what is drawn on a canvas cannot be there at first anyway. */
const BreakerChart = lazyPart(() =>
  import('@/features/chart/components/breaker-chart').then((module) => module.BreakerChart),
);

const TryPanel = lazyPart(() => import('./try-panel').then((module) => module.TryPanel));
const SplitPanel = lazyPart(() => import('./split-panel').then((module) => module.SplitPanel));

/** The charts' room. */
function ChartRoom() {
  return (
    <>
      <Panel title="Failure rate and calls" labelledBy="chart-title">
        <div className="h-[23.5rem]" />
      </Panel>
      <Panel title="Latency" labelledBy="latency-title">
        <div className="h-56" />
      </Panel>
    </>
  );
}

function SideRoom({ title }: { readonly title: string }) {
  return (
    <Panel title={title}>
      <div className="h-24" />
    </Panel>
  );
}

/** One screen: state and why, the way back, the numbers, and who is where. */
export function BreakerOverview() {
  const breaker = useBreakerOfPage();
  const hasParts = breaker.scopes.length > 0;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_21rem] xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <PromotePanel />
        {hasParts ? <PartitionsPanel /> : null}
        <EvidencePanel />
        <RecoveryLadder breaker={breaker} />
        <BreakerChart breaker={breaker} fallback={<ChartRoom />} />
        {hasParts ? null : <PartitionsPanel />}
        <EventsPanel />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <ConvergencePanel />
        <TryPanel fallback={<SideRoom title="Test targeting" />} />
        <SplitPanel fallback={<SideRoom title="Across the fleet" />} />
      </div>
    </div>
  );
}
