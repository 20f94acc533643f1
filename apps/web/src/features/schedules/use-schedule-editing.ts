'use client';

import type { ScheduleInfo } from '@recloser/protocol';
import { useMemo, useState } from 'react';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useDraft } from '../drafts/use-draft';
import { useSaving } from '../drafts/use-saving';
import { saveSchedule, useSchedules } from './api/schedules';
import { draftOf, keyFor, newDraft, planOf, type ScheduleDraft } from './schedule-draft';
import { scheduleMerging } from './schedule-merge';

/** Who edits wants to know what others do. */
const REFRESH_MS = 5_000;

export interface ScheduleEditingOptions {
  /** null: a new one. */
  readonly schedule: ScheduleInfo | null;
  readonly timeZone: string;
  readonly now: number;
  readonly onDone: () => void;
}

function problemsOf(draft: ScheduleDraft, reading: ReturnType<typeof planOf>, isNew: boolean) {
  const named = draft.name.trim() !== '' && (!isNew || keyFor(draft.name) !== '');
  return {
    ...(reading.ok ? {} : reading.problems),
    ...(named ? {} : { name: 'Give it a name with a letter or a digit.' }),
  };
}

/** What the dialog of a schedule edits. */
export function useScheduleEditing(options: ScheduleEditingOptions) {
  const { schedule, timeZone, onDone } = options;
  const place = useEnvironmentRef();
  const [openedAt] = useState(options.now);
  const { data, mutate } = useSchedules(REFRESH_MS);
  const found = data?.items.find(({ key }) => key === schedule?.key);
  /** Somebody has removed it meanwhile. */
  const gone = schedule !== null && data !== undefined && found === undefined;
  const current = found ?? schedule;
  const saved = useMemo(() => {
    const today = new Date(openedAt);
    return current === null
      ? { revision: 0, value: newDraft(today, timeZone) }
      : { revision: current.revision, value: draftOf(current, today) };
  }, [current, openedAt, timeZone]);
  const { draft, setValue, overtaken, bringBack } = useDraft({ saved, merging: scheduleMerging });

  const reading = planOf(draft.value, current?.plan);
  const { problem, busy, save } = useSaving({
    explained: overtaken !== null || gone,
    reread: () => mutate(),
    send: async (reason) => {
      if (!reading.ok) return;
      const { description } = draft.value;
      const name = draft.value.name.trim();
      const input = { name, description, plan: reading.plan, reason };
      const key = schedule?.key ?? keyFor(name);
      const revision = schedule === null || gone ? null : draft.revision;
      await saveSchedule(place, { key, revision }, input);
      onDone();
    },
  });
  return {
    draft,
    savedRevision: saved.revision,
    problems: problemsOf(draft.value, reading, schedule === null),
    overtaken,
    bringBack,
    gone,
    problem,
    busy,
    save,
    edit: (part: Partial<ScheduleDraft>) => {
      setValue((before) => ({ ...before, ...part }));
    },
  };
}
