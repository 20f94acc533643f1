'use client';

import type {
  ChannelInfo,
  ChannelList,
  CreateChannel,
  CreatedChannel,
  EditChannel,
  SetAside,
  SetAsideList,
} from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { getJson, sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';
import { isTestUnderway } from '../channel-words';

/** Who waits for a test wants to see it arrive. */
const TEST_REFRESH_MS = 1_000;
const REFRESH_MS = 3_000;

/** All channels of the environment, by name; read again while they are looked at. */
export function useChannels() {
  const path = resources.channels(useEnvironmentRef());
  return useSWR<readonly ChannelInfo[], Error>(
    path,
    async () => ((await getJson(path)) as ChannelList).items,
    {
      refreshInterval: (channels) =>
        channels?.some(isTestUnderway) === true ? TEST_REFRESH_MS : REFRESH_MS,
    },
  );
}

/** The answer holds the secret of a webhook, this once. Throws ApiError `limit_reached` when there are too many. */
export async function createChannel(
  place: EnvironmentRef,
  channel: CreateChannel,
): Promise<CreatedChannel> {
  return (await sendJson('POST', resources.channels(place), { body: channel })) as CreatedChannel;
}

/** Throws ApiError `version_conflict` when another edit came first. */
export async function editChannel(
  place: EnvironmentRef,
  { id, revision }: Pick<ChannelInfo, 'id' | 'revision'>,
  edit: EditChannel,
): Promise<void> {
  await sendJson('PATCH', resources.channel(place, id), { body: edit, revision });
}

export async function removeChannel(
  place: EnvironmentRef,
  id: string,
  reason: string,
): Promise<void> {
  await sendJson('POST', `${resources.channel(place, id)}/remove`, { body: { reason } });
}

/** For a day messages are signed with the secret before, too. */
export async function rotateSecret(
  place: EnvironmentRef,
  id: string,
  reason: string,
): Promise<CreatedChannel> {
  const path = `${resources.channel(place, id)}/rotate-secret`;
  return (await sendJson('POST', path, { body: { reason } })) as CreatedChannel;
}

/** What the receiver did not take, the latest first; not read while `shown` is false. */
export function useSetAside({ id, setAside }: ChannelInfo, shown: boolean) {
  const path = `${resources.channel(useEnvironmentRef(), id)}/set-aside`;
  return useSWR<readonly SetAside[], Error>(
    shown ? [path, setAside] : null,
    async () => ((await getJson(path)) as SetAsideList).items,
  );
}

/** Asks a worker to send a test; what came of it stands in the list a moment later. */
export async function testChannel(place: EnvironmentRef, id: string): Promise<void> {
  await sendJson('POST', `${resources.channel(place, id)}/test`);
}
