'use client';

import { useState } from 'react';
import type { Choices, FieldVersions, Merging, Versions } from './three-way';

/** The draft is an earlier version now: it is looked at at once, with a reason proposed. */
export interface Revert {
  readonly note: string;
}

/** Settings as the server has them. */
export interface Saved<T> {
  readonly revision: number;
  readonly value: T;
}

/** An edit that has begun. */
export interface Draft<T> {
  /** The configuration version that it began with, and what stood there. */
  readonly revision: number;
  readonly base: T;
  readonly value: T;
  readonly revert: Revert | null;
  /** Another one when everything was replaced: fields that keep the text being typed are made anew. */
  readonly turn: number;
}

/** Somebody else has saved what this edit is about. */
export interface Overtaken {
  readonly fields: readonly FieldVersions[];
  /** Goes on from theirs; mine is put aside. */
  readonly takeTheirs: () => void;
  /** Goes on from theirs with my changes in it. */
  readonly keepMine: (choices: Choices) => void;
}

interface DraftOptions<T> {
  readonly saved: Saved<T>;
  readonly merging: Merging<T>;
  /** There is more in the editor than its value tells, such as text that cannot be read yet. */
  readonly pending?: boolean;
}

function changedBy(fields: readonly FieldVersions[], side: 'theirs' | 'mine'): boolean {
  const ofBoth = ['joined', 'conflict'];
  return fields.some(({ changedBy }) => changedBy === side || ofBoth.includes(changedBy));
}

function begin<T>({ revision, value }: Saved<T>, turn: number): Draft<T> {
  return { revision, base: value, value, revert: null, turn };
}

/**
 * The state of an editor of settings that others may save meanwhile. What they have saved is taken over by itself where
 * nobody loses anything by it: when nothing is being edited here, or when they have changed something else.
 */
export function useDraft<T>({ saved, merging, pending = false }: DraftOptions<T>) {
  const [draft, setDraft] = useState(() => begin(saved, 0));
  const [aside, setAside] = useState<Draft<T> | null>(null);
  const { revision, base, value } = draft;

  const behind = saved.revision > revision;
  const versions: Versions<T> = { base, theirs: saved.value, mine: value };
  const fields = behind ? merging.compare(versions) : [];
  const changedHere = pending || changedBy(fields, 'mine');
  if (behind && !changedBy(fields, 'theirs')) {
    setDraft({ ...draft, revision: saved.revision, base: saved.value });
  } else if (behind && !changedHere) {
    setDraft(begin(saved, draft.turn + 1));
  }

  const restart = (now = saved) => {
    setDraft(begin(now, draft.turn + 1));
    setAside(null);
  };
  const overtaken: Overtaken = {
    fields,
    takeTheirs: () => {
      setDraft(begin(saved, draft.turn + 1));
      setAside(draft);
    },
    keepMine: (choices) => {
      const value = merging.merge(versions, choices);
      setDraft({ ...begin(saved, draft.turn + 1), value, revert: draft.revert });
    },
  };
  return {
    draft,
    setValue: (change: (value: T) => T) => {
      setDraft((before) => ({ ...before, value: change(before.value) }));
    },
    restart,
    /** Goes on from the saved version with the values of an earlier one. */
    revertTo: (value: T, note: string) => {
      setDraft({ ...begin(saved, draft.turn + 1), value, revert: { note } });
    },
    overtaken: behind ? overtaken : null,
    /** Exchanges what is in the editor for what was put aside. */
    bringBack:
      aside === null
        ? null
        : () => {
            setDraft({ ...aside, turn: draft.turn + 1 });
            setAside(draft);
          },
  };
}
