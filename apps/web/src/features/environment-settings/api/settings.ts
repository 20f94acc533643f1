'use client';

import type { EditEnvironmentSettings, EnvironmentSettingsInfo } from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { getJson, sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';

/** Settings of the environment itself. */
export function useEnvironmentSettings() {
  const path = resources.settings(useEnvironmentRef());
  return useSWR<EnvironmentSettingsInfo, Error>(
    path,
    async () => (await getJson(path)) as EnvironmentSettingsInfo,
  );
}

/** Throws ApiError `version_conflict` when another edit came first. */
export async function editEnvironmentSettings(
  place: EnvironmentRef,
  revision: number,
  edit: EditEnvironmentSettings,
): Promise<EnvironmentSettingsInfo> {
  const path = resources.settings(place);
  return (await sendJson('PATCH', path, { body: edit, revision })) as EnvironmentSettingsInfo;
}
