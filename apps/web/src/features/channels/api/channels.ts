'use client';

import {
  api,
  type ChannelInfo,
  type CreateChannel,
  type CreatedChannel,
  type EditChannel,
  type SetAside,
} from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';
import { callKey } from '@/lib/use-call';
import { isTestUnderway } from '../channel-words';

/** Who waits for a test wants to see it arrive. */
const TEST_REFRESH_MS = 1_000;
const REFRESH_MS = 3_000;

/** All channels of the environment, by name; read again while they are looked at. */
export function useChannels() {
  const input = { params: useEnvironmentRef() };
  return useSWR<readonly ChannelInfo[], Error>(
    callKey(api.channels.list, [input]),
    async () => (await call(api.channels.list, input)).items,
    {
      refreshInterval: (channels) =>
        channels?.some(isTestUnderway) === true ? TEST_REFRESH_MS : REFRESH_MS,
    },
  );
}

/** The answer holds the secret of a webhook, this once. Throws ApiError `limit_reached` when there are too many. */
export function createChannel(
  place: EnvironmentRef,
  channel: CreateChannel,
): Promise<CreatedChannel> {
  return call(api.channels.create, { params: place, body: channel });
}

/** Throws ApiError `version_conflict` when another edit came first. */
export async function editChannel(
  place: EnvironmentRef,
  { id, revision }: Pick<ChannelInfo, 'id' | 'revision'>,
  edit: EditChannel,
): Promise<void> {
  await call(api.channels.edit, { params: { ...place, id }, body: edit, revision });
}

export async function removeChannel(
  place: EnvironmentRef,
  id: string,
  reason: string,
): Promise<void> {
  await call(api.channels.remove, { params: { ...place, id }, body: { reason } });
}

/** For a day messages are signed with the secret before, too. */
export function rotateSecret(
  place: EnvironmentRef,
  id: string,
  reason: string,
): Promise<CreatedChannel> {
  return call(api.channels.rotateSecret, { params: { ...place, id }, body: { reason } });
}

/** What the receiver did not take, the latest first; not read while `shown` is false. */
export function useSetAside({ id, setAside }: ChannelInfo, shown: boolean) {
  const input = { params: { ...useEnvironmentRef(), id } };
  return useSWR<readonly SetAside[], Error>(
    shown ? callKey(api.channels.setAside, [input], setAside) : null,
    async () => (await call(api.channels.setAside, input)).items,
  );
}

/** Asks a worker to send a test; what came of it stands in the list a moment later. */
export async function testChannel(place: EnvironmentRef, id: string): Promise<void> {
  await call(api.channels.test, { params: { ...place, id } });
}
