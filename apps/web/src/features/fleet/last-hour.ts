import type { AuditEntry } from '@recloser/protocol';
import { type Tone, toneOf, TONES } from '@/lib/vocabulary';
import { standingIn } from '../audit/entry-state';

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
  readonly trips: number;
  readonly closings: number;
  /** Everything that a person did. */
  readonly byHand: number;
  readonly newest: AuditEntry | null;
}

function toneIn(entries: readonly AuditEntry[]): Tone | null {
  const tones = entries.flatMap(({ after }) => {
    const standing = standingIn(after);
    return standing === null ? [] : [toneOf(standing)];
  });
  return TONES.find((tone) => tones.includes(tone)) ?? null;
}

/** True when the event led into `state` from another. */
function ledTo(entry: AuditEntry, state: 'open' | 'closed'): boolean {
  const [before, after] = [standingIn(entry.before), standingIn(entry.after)];
  return after?.state === state && before !== null && before.state !== state;
}

/** What changed in the hour before `now`. Events outside of it are left out. */
export function lastHour(entries: readonly AuditEntry[], now: number): LastHour {
  const to = Math.floor(now / 60_000) * 60_000 + 60_000;
  const within = entries.filter(({ at }) => at >= to - HOUR_MS && at < to);
  const minutes = Array.from({ length: MINUTES }, (_, index): Minute => {
    const at = to - HOUR_MS + index * 60_000;
    const those = within.filter((entry) => entry.at >= at && entry.at < at + 60_000);
    return { at, count: those.length, tone: toneIn(those) };
  });
  const newest = within.reduce<AuditEntry | null>(
    (last, entry) => (last === null || entry.chainSeq > last.chainSeq ? entry : last),
    null,
  );
  return {
    minutes,
    trips: within.filter((entry) => ledTo(entry, 'open')).length,
    closings: within.filter((entry) => ledTo(entry, 'closed')).length,
    byHand: within.filter(({ actor }) => actor.kind === 'user').length,
    newest,
  };
}
