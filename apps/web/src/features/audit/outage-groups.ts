import type { AuditEntry } from '@recloser/protocol';
import { field, recordedStateIn } from './entry-state';

/** What evidence did in one outage, as far as the list reaches. What a person did in it stands on its own. */
export interface OutageGroup {
  readonly id: string;
  readonly breaker: string;
  readonly startedAt: number;
  /** When the breaker closed; null: it has not, as far as the list tells. */
  readonly endedAt: number | null;
  readonly failedRounds: number;
  /** Why the breaker opened first, in words; '': not recorded. */
  readonly cause: string;
  /** Newest first, at least one. */
  readonly entries: readonly AuditEntry[];
}

export type ListItem =
  | { readonly kind: 'entry'; readonly entry: AuditEntry }
  | { readonly kind: 'outage'; readonly outage: OutageGroup };

/** Events, newest first, with what evidence did in one outage as one item, in the place of its newest event. */
export function groupedByOutage(entries: readonly AuditEntry[]): readonly ListItem[] {
  const outages = new Map<string, AuditEntry[]>();
  const places: (AuditEntry | string)[] = [];
  for (const entry of entries) {
    const { actor, outageId } = entry;
    const known = outageId === null ? undefined : outages.get(outageId);
    if (outageId === null || actor.kind !== 'system') {
      places.push(entry);
    } else if (known === undefined) {
      outages.set(outageId, [entry]);
      places.push(outageId);
    } else {
      known.push(entry);
    }
  }
  const rounds = roundsOf(entries);
  return places.flatMap((place): readonly ListItem[] =>
    typeof place === 'string'
      ? itemOf(place, outages.get(place) ?? [], rounds.get(place) ?? 0)
      : [{ kind: 'entry', entry: place }],
  );
}

/** Failed rounds by outage: they are folded into the event before them, which may be a person's. */
function roundsOf(entries: readonly AuditEntry[]): ReadonlyMap<string, number> {
  const rounds = new Map<string, number>();
  for (const { outageId, foldedRounds } of entries) {
    if (outageId === null || foldedRounds === undefined) continue;
    rounds.set(outageId, (rounds.get(outageId) ?? 0) + foldedRounds.count);
  }
  return rounds;
}

function itemOf(
  id: string,
  entries: readonly AuditEntry[],
  failedRounds: number,
): readonly ListItem[] {
  const [newest] = entries;
  if (newest === undefined) return [];
  if (entries.length === 1 && failedRounds === 0) return [{ kind: 'entry', entry: newest }];
  const outage: OutageGroup = {
    id,
    breaker: newest.breaker ?? '',
    startedAt: newest.outageStartedAt ?? newest.at,
    endedAt: recordedStateIn(newest.after)?.state === 'closed' ? newest.at : null,
    failedRounds,
    cause: causeIn(newest),
    entries,
  };
  return [{ kind: 'outage', outage }];
}

function causeIn({ before, after }: AuditEntry): string {
  const found = [after, before]
    .map((recorded) => field(field(recorded, 'outage'), 'summary'))
    .find((summary) => typeof summary === 'string');
  return typeof found === 'string' ? found : '';
}

/** True for an event that begins an outage: before it the breaker let traffic in. */
export function beginsOutage({ outageId, before, after }: AuditEntry): boolean {
  if (outageId === null || recordedStateIn(after)?.state !== 'open') return false;
  const was = recordedStateIn(before)?.state;
  return was !== 'open' && was !== 'probing' && !isSameOutage(before, after);
}

/** A ramp that falls back goes on with the outage that it came from. */
function isSameOutage(before: unknown, after: unknown): boolean {
  const started = [before, after].map((recorded) => field(field(recorded, 'outage'), 'startedAt'));
  return started[0] !== undefined && started[0] === started[1];
}
