import { Clock } from '@/components/ui/time';
import { type Subject, useLastEvent } from '../api/use-last-event';

const VERBS: Readonly<Record<Subject['kind'], string>> = {
  breaker: 'archived',
  segment: 'removed',
  schedule: 'removed',
  channel: 'removed',
};

/** "was archived by Ada at 02:14:07: “no longer used”."; without what is not known. */
export function RemovalWords({ subject }: { readonly subject: Subject }) {
  const entry = useLastEvent(subject, 'removal');
  const verb = VERBS[subject.kind];
  if (entry === undefined) return `was ${verb}.`;
  return (
    <>
      was {verb} by <bdi>{entry.actor.name}</bdi> at <Clock at={entry.at} />
      {entry.reason === '' ? null : (
        <>
          : “<bdi>{entry.reason}</bdi>”
        </>
      )}
      .
    </>
  );
}
