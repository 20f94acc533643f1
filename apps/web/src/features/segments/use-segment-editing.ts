'use client';

import type { Clause } from '@recloser/core';
import type { SegmentInfo } from '@recloser/protocol';
import { useMemo } from 'react';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { type Saved, useDraft } from '../drafts/use-draft';
import { useSaving } from '../drafts/use-saving';
import { createSegment, editSegment, useSegments, useWholeSegment } from './api/segments';
import { type SegmentDraft, segmentMerging } from './segment-merge';
import { changeWords, clausesToSend } from './value-edits';

/** Who edits wants to know what others do. */
const REFRESH_MS = 5_000;

export const NO_CLAUSE: Clause = { attribute: '', operator: 'in', values: [] };

function savedOf(segment: SegmentInfo | null): Saved<SegmentDraft> {
  if (segment === null) {
    return { revision: 0, value: { key: '', name: '', description: '', clauses: [NO_CLAUSE] } };
  }
  const { key, name, description, clauses, revision } = segment;
  return { revision, value: { key, name, description, clauses } };
}

function copyOf(clause: Clause): SegmentInfo['clauses'][number] {
  return { ...clause, values: [...clause.values] };
}

/** What the dialog of a segment edits; null: a new one. */
export function useSegmentEditing(segment: SegmentInfo | null, onClose: () => void) {
  const place = useEnvironmentRef();
  const { data, mutate } = useSegments(REFRESH_MS);
  const now = data?.find(({ key }) => key === segment?.key);
  /** Somebody has removed it meanwhile. */
  const gone = segment !== null && data !== undefined && now === undefined;
  // The list has the first values of a long one alone: it is edited as it is read whole.
  const whole = useWholeSegment(now ?? segment);
  const current = whole.segment ?? segment;
  const saved = useMemo(() => savedOf(current), [current]);
  const { draft, setValue, overtaken, bringBack } = useDraft({ saved, merging: segmentMerging });

  const { problem, busy, save } = useSaving({
    explained: overtaken !== null || gone,
    reread: () => mutate(),
    send: async (reason) => {
      const { key, name, description, clauses } = draft.value;
      if (segment === null || gone) {
        const named = name.trim() === '' ? {} : { name };
        const settings = { description, clauses: clauses.map(copyOf), reason };
        await createSegment(place, { key, ...named, ...settings });
      } else {
        const sent = clausesToSend(draft.base.clauses, clauses);
        const edit = { name, description, ...sent, reason };
        await editSegment(place, { key, revision: draft.revision }, edit);
      }
      void mutate();
      onClose();
    },
  });
  return {
    draft,
    savedRevision: saved.revision,
    overtaken,
    bringBack,
    gone,
    problem,
    busy,
    save,
    /** "+3 −1 values" */
    changes: segment === null ? '' : changeWords(draft.base.clauses, draft.value.clauses),
    edit: (part: Partial<SegmentDraft>) => {
      setValue((before) => ({ ...before, ...part }));
    },
  };
}
