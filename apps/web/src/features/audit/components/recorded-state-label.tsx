import { formatAdmission } from '@recloser/core';
import { StateIcon } from '@/components/state/state-badge';
import { stateWord } from '@/lib/vocabulary';
import { recordedStateIn } from '../entry-state';

/** The state that an event led to; renders nothing if the event recorded no state. */
export function RecordedStateLabel({ value }: { readonly value: unknown }) {
  const summary = recordedStateIn(value);
  if (summary === null) return null;
  const moving = summary.state === 'ramping' || summary.state === 'dimmed';
  return (
    <span className="num inline-flex items-center gap-1 text-xs text-fg-2">
      <StateIcon state={summary.state} mode={summary.mode} size={12} />
      {stateWord(summary)}
      {moving && summary.admission !== null ? ` ${formatAdmission(summary.admission)}` : ''}
    </span>
  );
}
