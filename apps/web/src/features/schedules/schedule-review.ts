import type { BreakerSummary } from '@recloser/protocol';
import { listOf, type ScheduleDraft } from './schedule-draft';

const MINUTE_MS = 60_000;
const OFFERED = 20;

type Known = Pick<BreakerSummary, 'key' | 'tags'>;

/** Wall-clock times as if they were of UTC: good enough to compare two of one zone. NaN: no such time. */
function wallClock({ date, time }: Pick<ScheduleDraft, 'date' | 'time'>): number {
  return Date.parse(`${date}T${time}Z`);
}

function wallClockAt(now: number, timeZone: string): number {
  // The Swedish way to write a moment is nearly the ISO one.
  return Date.parse(`${new Date(now).toLocaleString('sv-SE', { timeZone }).replace(' ', 'T')}Z`);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `“${name}”`).join(', ');
}

/** What can be saved and is probably not meant. `breakers` null: not known yet. */
export function reviewDraft(
  draft: ScheduleDraft,
  breakers: readonly Known[] | null,
  now: number,
): readonly string[] {
  const found: string[] = [];
  const end = wallClock(draft) + Number(draft.durationMinutes) * MINUTE_MS;
  if (draft.kind === 'once' && end <= wallClockAt(now, draft.timeZone)) {
    found.push('This window is over already: it moves nothing. Choose a later time.');
  }
  if (breakers === null) return found;
  const keys = new Set(breakers.map(({ key }) => key));
  const strangers = listOf(draft.breakers).filter((key) => !keys.has(key));
  if (strangers.length > 0) {
    found.push(`No breaker is called ${quoted(strangers)}. Only those there are get moved.`);
  }
  const tags = new Set(breakers.flatMap((breaker) => breaker.tags));
  const unused = listOf(draft.tags).filter((tag) => !tags.has(tag));
  if (unused.length > 0) found.push(`No breaker is tagged ${quoted(unused)}.`);
  return found;
}

/** The list that is being typed with each known name that its last part may become. */
export function completions(text: string, known: readonly string[]): readonly string[] {
  const begin = text.lastIndexOf(',') + 1;
  const typed = text.slice(begin).trim().toLowerCase();
  const before = begin === 0 ? '' : `${text.slice(0, begin)} `;
  const listed = listOf(text.slice(0, begin));
  return known
    .filter((name) => name.toLowerCase().includes(typed) && !listed.includes(name))
    .slice(0, OFFERED)
    .map((name) => before + name);
}
