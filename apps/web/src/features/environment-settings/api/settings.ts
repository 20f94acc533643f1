'use client';

import {
  api,
  type EditEnvironmentSettings,
  type EnvironmentSettingsInfo,
} from '@recloser/protocol';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';
import { useCall } from '@/lib/use-call';

/** Settings of the environment itself. */
export function useEnvironmentSettings() {
  return useCall(api.environmentSettings.read, [{ params: useEnvironmentRef() }]);
}

/** Throws ApiError `version_conflict` when another edit came first. */
export function editEnvironmentSettings(
  place: EnvironmentRef,
  revision: number,
  edit: EditEnvironmentSettings,
): Promise<EnvironmentSettingsInfo> {
  return call(api.environmentSettings.edit, { params: place, body: edit, revision });
}
