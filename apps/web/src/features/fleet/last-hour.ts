import type { AuditEntry } from '@recloser/protocol';
import { type Tone, toneOf, TONES } from '@/lib/vocabulary';
import { isByHand } from '../audit/by-hand';
import { recordedStateIn } from '../audit/entry-state';
import { beginsOutage } from '../audit/outage-groups';

export const HOUR_MS = 3_600_000;
const MINUTES = 60;

interface Minute {
  /** Start, ms. */
  readonly at: number;
  readonly count: number;
  /** The worst that happened in it; null: nothing about a state. */
  readonly tone: Tone | null;
}

export interface LastHour {
  /** Oldest first, 60 of them. */
  readonly minutes: readonly Minute[];
  readonly outages: number;
  readonly closings: number;
  /** Everything that people and their programs did; triggers and schedules act on their own. */
  readonly byHand: number;
  readonly newest: AuditEntry | null;
}

function toneIn(entries: readonly AuditEntry[]): Tone | null {
  const tones = entries.flatMap(({ after }) => {
    const summary = recordedStateIn(after);
    return summary === null ? [] : [toneOf(summary)];
  });
  return TONES.find((tone) => tones.includes(tone)) ?? null;
}

function ledToClosed(entry: AuditEntry): boolean {
  const [before, after] = [recordedStateIn(entry.before), recordedStateIn(entry.after)];
  return after?.state === 'closed' && before !== null && before.state !== 'closed';
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** From its first failure to its close, of each outage that the events or the present breakers tell of. */
function outageSpans(
  entries: readonly AuditEntry[],
  lasting: readonly number[],
  now: number,
): readonly Span[] {
  const ended = entries.flatMap((entry) =>
    entry.outageStartedAt !== null && ledToClosed(entry)
      ? [{ from: entry.outageStartedAt, to: entry.at }]
      : [],
  );
  return [...ended, ...lasting.map((from) => ({ from, to: now }))];
}

/**
 * What changed in the hour before `now`. Events outside of it are left out. `lasting`: when the outages began that
 * still last; their minutes are in trouble although nothing new happens.
 */
export function lastHour(
  entries: readonly AuditEntry[],
  now: number,
  lasting: readonly number[] = [],
): LastHour {
  const to = Math.floor(now / 60_000) * 60_000 + 60_000;
  const within = entries.filter(({ at }) => at >= to - HOUR_MS && at < to);
  const spans = outageSpans(entries, lasting, now);
  const minutes = Array.from({ length: MINUTES }, (_, index): Minute => {
    const at = to - HOUR_MS + index * 60_000;
    const those = within.filter((entry) => entry.at >= at && entry.at < at + 60_000);
    const isOut = spans.some((span) => span.from < at + 60_000 && span.to >= at);
    return { at, count: those.length, tone: toneIn(those) ?? (isOut ? 'open' : null) };
  });
  const newest = within.reduce<AuditEntry | null>(
    (last, entry) => (last === null || entry.chainSeq > last.chainSeq ? entry : last),
    null,
  );
  return {
    minutes,
    outages: new Set(within.filter(beginsOutage).map(({ outageId }) => outageId)).size,
    closings: within.filter(ledToClosed).length,
    byHand: within.filter(isByHand).length,
    newest,
  };
}
