'use client';

import { Check, Clock3 } from 'lucide-react';
import { Panel } from '@/components/ui/panel';
import { PanelStatus } from '@/components/ui/panel-status';
import { plural } from '@/lib/format';
import { useConvergence } from '../api/use-fleet-of';
import { useBreakerOfPage } from './breaker-context';

const CELLS = 60;

function Cells({ applied, connected }: { readonly applied: number; readonly connected: number }) {
  const cells = Math.min(CELLS, connected);
  const filled = connected === 0 ? 0 : Math.floor((applied / connected) * cells);
  return (
    <div className="mt-3 flex h-4 gap-0.5" aria-hidden>
      {Array.from({ length: cells }, (_, cell) => (
        <span
          key={cell}
          className={`flex-1 rounded-[2px] ${cell < filled ? 'bg-fg-2' : 'border border-dashed border-fg-3'}`}
        />
      ))}
    </div>
  );
}

/** "47 of 50 applied, 3 behind: names". */
export function ConvergencePanel() {
  const breaker = useBreakerOfPage();
  const { data: known, error, mutate } = useConvergence(breaker.key, breaker.seq);
  if (known === undefined) {
    return (
      <Panel title="Applied by the fleet" labelledBy="applied-title">
        <PanelStatus error={error} onRetry={() => void mutate()} />
      </Panel>
    );
  }
  const { applied, connected, behind } = known;
  const missing = Math.max(0, connected - applied);
  return (
    <Panel
      title="Applied by the fleet"
      labelledBy="applied-title"
      aside={<span className="num text-xs text-fg-3">change {breaker.seq}</span>}
    >
      <p className="num flex items-center gap-2 text-base" data-live>
        {missing === 0 ? (
          <Check size={15} strokeWidth={2.5} aria-hidden />
        ) : (
          <Clock3 size={15} aria-hidden />
        )}
        {connected === 0 ? (
          'No instance is connected.'
        ) : (
          <span>
            <strong className="font-semibold">{applied}</strong> of {connected} applied
            {missing > 0 ? `, ${missing} behind` : ''}
          </span>
        )}
      </p>
      <Cells applied={applied} connected={connected} />
      {behind.length === 0 ? null : (
        <p className="mt-3 text-xs text-pretty text-fg-2">
          Behind: <span className="font-mono">{behind.join(', ')}</span>
          {missing > behind.length ? ` and ${plural(missing - behind.length, 'other')}` : ''}
        </p>
      )}
    </Panel>
  );
}
