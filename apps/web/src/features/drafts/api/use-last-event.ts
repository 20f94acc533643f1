'use client';

import { api, type AuditEntry } from '@recloser/protocol';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useCall } from '@/lib/use-call';
import { isAbout } from '../is-about';

/** Settings that several people edit. */
export interface Subject {
  readonly kind: 'breaker' | 'segment' | 'schedule' | 'channel';
  /** What it is known by; of a channel its name. */
  readonly key: string;
}

export type Happening = 'edit' | 'removal';

const ACTIONS: Readonly<Record<Subject['kind'], Readonly<Record<Happening, string>>>> = {
  breaker: { edit: 'breaker.edit', removal: 'breaker.archive' },
  segment: { edit: 'segment.edit', removal: 'segment.remove' },
  schedule: { edit: 'schedule.edit', removal: 'schedule.remove' },
  channel: { edit: 'channel.edit', removal: 'channel.remove' },
};

/** Events of this kind that may be about others since: the log has an index of breakers only. */
const LOOKED_AT = 20;

function queryOf({ kind, key }: Subject, happening: Happening) {
  const action = ACTIONS[kind][happening];
  return kind === 'breaker' ? { action, breaker: key, limit: 1 } : { action, limit: LOOKED_AT };
}

/**
 * The last event of this kind, which tells who did it, when and why; undefined until it is known, or where it is no
 * longer among the newest. `turn`: asks anew with each.
 */
export function useLastEvent(
  subject: Subject,
  happening: Happening,
  turn = 0,
): AuditEntry | undefined {
  const input = { params: useEnvironmentRef(), query: queryOf(subject, happening) };
  const { data } = useCall(api.audit.list, [input], {
    fresh: turn,
    revalidateOnFocus: false,
    // What was true two seconds ago may be about a removal before this one.
    dedupingInterval: 0,
  });
  return data?.items.find((entry) => isAbout(entry, subject.key));
}
