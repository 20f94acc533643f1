'use client';

import type { ChannelInfo } from '@recloser/protocol';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useSending } from '@/lib/use-sending';
import { testChannel, useChannels } from './api/channels';
import { isTestUnderway } from './channel-words';

/** Asks for a test; `busy` until something came of it, which a TestLine tells. */
export function useTestSending(channel: ChannelInfo) {
  const place = useEnvironmentRef();
  const { mutate } = useChannels();
  const { problem, busy, send } = useSending();
  const underway = busy || isTestUnderway(channel);
  return {
    problem,
    busy: underway,
    sendTest: () => {
      if (underway) return;
      void send(async () => {
        await testChannel(place, channel.id);
        await mutate();
      });
    },
  };
}
