'use client';

import type { ChannelInfo, CreatedChannel } from '@recloser/protocol';
import { useMemo } from 'react';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { type Saved, useDraft } from '../drafts/use-draft';
import { useSaving } from '../drafts/use-saving';
import { createChannel, editChannel, useChannels } from './api/channels';
import { draftOf, NEW_CHANNEL, readChannel } from './channel-draft';
import { type ChannelEdit, channelMerging } from './channel-merge';

interface ChannelEditingOptions {
  /** null: a new one. */
  readonly channel: ChannelInfo | null;
  readonly onCreated: (created: CreatedChannel) => void;
  readonly onSaved: () => void;
}

function savedOf(channel: ChannelInfo | null): Saved<ChannelEdit> {
  return channel === null
    ? { revision: 0, value: { ...NEW_CHANNEL, host: '' } }
    : { revision: channel.revision, value: { ...draftOf(channel), host: channel.host } };
}

/** What the dialog of a channel edits. */
export function useChannelEditing({ channel, onCreated, onSaved }: ChannelEditingOptions) {
  const place = useEnvironmentRef();
  const { data, mutate } = useChannels();
  const now = data?.find(({ id }) => id === channel?.id);
  /** Somebody has removed it meanwhile. */
  const gone = channel !== null && data !== undefined && now === undefined;
  const current = now ?? channel;
  const saved = useMemo(() => savedOf(current), [current]);
  const { draft, setValue, overtaken, bringBack } = useDraft({ saved, merging: channelMerging });

  const { host: _host, ...settings } = draft.value;
  const isNew = channel === null || gone;
  const reading = readChannel(settings, isNew);
  const { problem, busy, save } = useSaving({
    explained: overtaken !== null || gone,
    reread: () => mutate(),
    send: async (reason) => {
      if (!reading.ok) return;
      const { kind, url, ...rest } = reading.input;
      if (!isNew) {
        const address = url === undefined ? {} : { url };
        const revised = { id: channel.id, revision: draft.revision };
        await editChannel(place, revised, { ...rest, ...address, reason });
        onSaved();
      } else if (url !== undefined) {
        const headers = rest.headers.flatMap(({ name, value }) =>
          value === undefined ? [] : [{ name, value }],
        );
        onCreated(await createChannel(place, { ...rest, kind, url, headers, reason }));
      }
      void mutate();
    },
  });
  return {
    draft,
    isNew,
    savedRevision: saved.revision,
    problems: reading.ok ? {} : reading.problems,
    overtaken,
    bringBack,
    gone,
    problem,
    busy,
    save,
    edit: (part: Partial<ChannelEdit>) => {
      setValue((before) => ({ ...before, ...part }));
    },
  };
}
