import type { AuditEntry, BreakerSummary, SeriesTransition } from '@recloser/protocol';
import { formatAdmission, type Mode, type StateKind } from '@recloser/core';
import { stateWord, type Tone, toneOf } from '@/lib/vocabulary';

/** From when on a state held; drawn as a line with a label and a band up to the next one. */
export interface Mark {
  readonly at: number;
  readonly tone: Tone;
  readonly label: string;
  readonly standing: { readonly state: StateKind; readonly mode: Mode };
  /** The change that led to it. */
  readonly seq: number;
}

interface Changed {
  readonly at: number;
  readonly state: StateKind;
  readonly mode: Mode;
  readonly admission: number;
  readonly seq: number;
}

function markOf({ at, state, mode, admission, seq }: Changed): Mark {
  const moving = state === 'ramping' || state === 'dimmed';
  return {
    at,
    seq,
    standing: { state, mode },
    tone: toneOf({ state, mode }),
    label: moving ? formatAdmission(admission) : stateWord({ state, mode }),
  };
}

/** The state that held at a moment; null when it began before what is known. */
export function markAt(marks: readonly Mark[], at: number): Mark | null {
  return marks.findLast((mark) => mark.at <= at) ?? null;
}

/**
 * The states over time: what the series tells, then what the feed has told since. Changes that move no traffic
 * (the start of a dwell) are left out.
 */
export function marksOf(
  transitions: readonly SeriesTransition[],
  now: BreakerSummary,
  events: readonly AuditEntry[],
): readonly Mark[] {
  const marks = transitions.map((transition) => markOf({ ...transition, mode: 'auto' }));
  const present = markOf({ ...now, at: now.since });
  const last = marks.at(-1);
  const moved = events.find(({ breaker, seq }) => breaker === now.key && seq === now.seq);
  if (last?.label !== present.label) marks.push({ ...present, at: moved?.at ?? now.since });
  return marks
    .toSorted((a, b) => a.at - b.at)
    .filter((mark, index, all) => index === 0 || all[index - 1]?.label !== mark.label);
}
