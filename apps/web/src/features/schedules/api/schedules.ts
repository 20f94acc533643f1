'use client';

import type {
  Calendar,
  ChangedSchedule,
  ScheduleInfo,
  ScheduleList,
  SchedulePlan,
} from '@recloser/protocol';
import useSWR from 'swr';
import { usePlace } from '@/features/live/live-provider';
import { getJson, sendJson } from '@/lib/http';
import { type Place, resources } from '@/lib/routes';

/** A window may begin or end at any time. */
const REFRESH_MS = 30_000;

export function useSchedules() {
  const path = resources.schedules(usePlace());
  return useSWR<ScheduleList, Error>(path, async () => (await getJson(path)) as ScheduleList, {
    refreshInterval: REFRESH_MS,
  });
}

/** The windows of all schedules that touch [from, to); `revisions` changes when they have to be asked for anew. */
export function useCalendar(from: number, to: number, revisions: string) {
  const path = `${resources.schedules(usePlace())}/calendar?from=${from}&to=${to}`;
  return useSWR<Calendar, Error>([path, revisions], async () => (await getJson(path)) as Calendar, {
    keepPreviousData: true,
  });
}

export interface ScheduleWish {
  readonly name: string;
  readonly description: string;
  readonly plan: SchedulePlan;
  readonly reason: string;
}

/** Creates one, or edits `before`. Throws ApiError `version_conflict` when another edit came first. */
export async function saveSchedule(
  place: Place,
  before: ScheduleInfo | null,
  key: string,
  wish: ScheduleWish,
): Promise<ChangedSchedule> {
  const path = resources.schedules(place);
  return (await (before === null
    ? sendJson('POST', path, { body: { key, ...wish } })
    : sendJson('PATCH', `${path}/${encodeURIComponent(before.key)}`, {
        body: wish,
        revision: before.revision,
      }))) as ChangedSchedule;
}

export async function removeSchedule(place: Place, key: string, reason: string): Promise<void> {
  const path = `${resources.schedules(place)}/${encodeURIComponent(key)}/remove`;
  await sendJson('POST', path, { body: { reason } });
}
