import { formatAdmission } from '@recloser/core';
import { StateIcon } from '@/components/state/state-badge';
import { stateWord } from '@/lib/vocabulary';
import { standingIn } from '../entry-state';

/** The state that an event led to, small; nothing when it is about something else. */
export function StandingOf({ value }: { readonly value: unknown }) {
  const standing = standingIn(value);
  if (standing === null) return null;
  const moving = standing.state === 'ramping' || standing.state === 'dimmed';
  return (
    <span className="num inline-flex items-center gap-1 text-xs text-fg-2">
      <StateIcon state={standing.state} mode={standing.mode} size={12} />
      {stateWord(standing)}
      {moving && standing.admission !== null ? ` ${formatAdmission(standing.admission)}` : ''}
    </span>
  );
}
