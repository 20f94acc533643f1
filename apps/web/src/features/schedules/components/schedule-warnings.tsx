import { useMemo } from 'react';
import { Callout } from '@/components/ui/callout';
import { useConnectionStatus, useLiveValue } from '@/features/live/live-provider';
import type { ScheduleDraft } from '../schedule-draft';
import { reviewDraft } from '../schedule-review';

interface ScheduleWarningsProps {
  readonly draft: ScheduleDraft;
  /** The server's, ms. */
  readonly now: number;
}

/** What can be saved and is probably not meant. */
export function ScheduleWarnings({ draft, now }: ScheduleWarningsProps) {
  const breakers = useLiveValue((state) => state.breakers);
  const complete = useConnectionStatus() === 'live';
  const warnings = useMemo(
    () => reviewDraft(draft, complete ? [...breakers.values()] : null, now),
    [draft, breakers, complete, now],
  );
  return warnings.map((warning) => <Callout key={warning}>{warning}</Callout>);
}
