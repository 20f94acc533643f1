'use client';

import type { BreakerSummary, PartitionRow } from '@recloser/protocol';
import { partsWord, stateWord, toneOf } from '@/lib/vocabulary';

export const NOTICES_KEY = 'recloser.notices';

export function notificationsOn(text: string | null): boolean {
  return text === 'on';
}

export interface Trip {
  readonly breaker: BreakerSummary;
  /** The parts of the fleet that opened; none: all of it did. */
  readonly parts: readonly PartitionRow[];
}

const nameOf = ({ kind, value }: PartitionRow): string => `${kind} ${value}`;

/** The parts that opened. One that had no state of its own before was as the rest of the fleet. */
function openedParts(before: BreakerSummary, after: BreakerSummary): readonly PartitionRow[] {
  const known = new Map(before.scopes.map((scope) => [nameOf(scope), scope]));
  return after.scopes.filter(
    (scope) => toneOf(scope) === 'open' && toneOf(known.get(nameOf(scope)) ?? before) === 'closed',
  );
}

function tripOf(before: BreakerSummary, after: BreakerSummary): Trip | null {
  const isOpen = toneOf(after) === 'open';
  if (isOpen) return toneOf(before) === 'closed' ? { breaker: after, parts: [] } : null;
  const parts = openedParts(before, after);
  return parts.length === 0 ? null : { breaker: after, parts };
}

/** What opened between two states of the feed. Whatever only observes opens nothing. */
export function newTrips(
  before: ReadonlyMap<string, BreakerSummary>,
  after: ReadonlyMap<string, BreakerSummary>,
): readonly Trip[] {
  if (before === after) return [];
  return [...after.values()].flatMap((breaker) => {
    const known = before.get(breaker.key);
    const trip = known === undefined || known === breaker ? null : tripOf(known, breaker);
    return trip ?? [];
  });
}

export function notificationText({ breaker, parts }: Trip): { title: string; body: string } {
  return parts.length === 0
    ? { title: `${breaker.key}: ${stateWord(breaker)}`, body: breaker.summary }
    : {
        title: `${breaker.key}: ${partsWord(parts)}`,
        body: parts.map(({ summary }) => summary).join('\n'),
      };
}

/** Asks the browser for leave, in answer to a click. False when it is refused or there are no notices. */
export async function mayNotify(): Promise<boolean> {
  if (!('Notification' in window)) return false;
  if (Notification.permission !== 'default') return Notification.permission === 'granted';
  return (await Notification.requestPermission()) === 'granted';
}
