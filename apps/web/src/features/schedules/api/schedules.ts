'use client';

import type { Calendar, ChangedSchedule, ScheduleList, SchedulePlan } from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { getJson, sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';

/** A window may begin or end at any time. */
const REFRESH_MS = 30_000;

export function useSchedules(refreshInterval = REFRESH_MS) {
  const path = resources.schedules(useEnvironmentRef());
  return useSWR<ScheduleList, Error>(path, async () => (await getJson(path)) as ScheduleList, {
    refreshInterval,
  });
}

/** The windows of all schedules that touch [from, to); `revisions` changes when they have to be asked for anew. */
export function useCalendar(from: number, to: number, revisions: string) {
  const path = `${resources.schedules(useEnvironmentRef())}/calendar?from=${from}&to=${to}`;
  return useSWR<Calendar, Error>([path, revisions], async () => (await getJson(path)) as Calendar, {
    keepPreviousData: true,
  });
}

export interface ScheduleInput {
  readonly name: string;
  readonly description: string;
  readonly plan: SchedulePlan;
  readonly reason: string;
}

interface Target {
  readonly key: string;
  /** The version to edit; null: there is none yet. */
  readonly revision: number | null;
}

/** Creates one, or edits it. Throws ApiError `version_conflict` when another edit came first. */
export async function saveSchedule(
  place: EnvironmentRef,
  { key, revision }: Target,
  input: ScheduleInput,
): Promise<ChangedSchedule> {
  const path = resources.schedules(place);
  return (await (revision === null
    ? sendJson('POST', path, { body: { key, ...input } })
    : sendJson('PATCH', `${path}/${encodeURIComponent(key)}`, {
        body: input,
        revision,
      }))) as ChangedSchedule;
}

export async function removeSchedule(
  place: EnvironmentRef,
  key: string,
  reason: string,
): Promise<void> {
  const path = `${resources.schedules(place)}/${encodeURIComponent(key)}/remove`;
  await sendJson('POST', path, { body: { reason } });
}
