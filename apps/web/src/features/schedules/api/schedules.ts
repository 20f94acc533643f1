'use client';

import { api, type ChangedSchedule, type SchedulePlan } from '@recloser/protocol';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';
import { useCall } from '@/lib/use-call';

/** A window may begin or end at any time. */
const REFRESH_MS = 30_000;

export function useSchedules(refreshInterval = REFRESH_MS) {
  return useCall(api.schedules.list, [{ params: useEnvironmentRef() }], { refreshInterval });
}

/** The windows of all schedules that touch [from, to); `revisions` changes when they have to be asked for anew. */
export function useCalendar(from: number, to: number, revisions: string) {
  const input = { params: useEnvironmentRef(), query: { from, to } };
  return useCall(api.schedules.calendar, [input], { fresh: revisions, keepPreviousData: true });
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
export function saveSchedule(
  place: EnvironmentRef,
  { key, revision }: Target,
  input: ScheduleInput,
): Promise<ChangedSchedule> {
  return revision === null
    ? call(api.schedules.create, { params: place, body: { key, ...input } })
    : call(api.schedules.edit, { params: { ...place, key }, body: input, revision });
}

export async function removeSchedule(
  place: EnvironmentRef,
  key: string,
  reason: string,
): Promise<void> {
  await call(api.schedules.remove, { params: { ...place, key }, body: { reason } });
}
