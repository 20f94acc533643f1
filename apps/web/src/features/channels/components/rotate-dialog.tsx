'use client';

import type { ChannelInfo, CreatedChannel } from '@recloser/protocol';
import { useState } from 'react';
import { Dialog } from '@/components/ui/dialog';
import { ReasonForm } from '@/features/actions/components/reason-form';
import { useSaving } from '@/features/drafts/use-saving';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { rotateSecret, useChannels } from '../api/channels';
import { CreatedView } from './created-view';

const REASONS = ['Regular rotation', 'The secret leaked'];

interface RotateDialogProps {
  readonly channel: ChannelInfo;
  readonly onClose: () => void;
}

/** Gives a webhook a new signing secret, and shows it once. */
export function RotateDialog({ channel, onClose }: RotateDialogProps) {
  const place = useEnvironmentRef();
  const { data, mutate } = useChannels();
  const [rotated, setRotated] = useState<CreatedChannel | null>(null);
  const gone = data !== undefined && !data.some(({ id }) => id === channel.id);
  const { problem, busy, save } = useSaving({
    explained: gone,
    reread: () => mutate(),
    send: async (reason) => {
      setRotated(await rotateSecret(place, channel.id, reason));
      void mutate();
    },
  });
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={
        rotated === null
          ? `New signing secret for “${channel.name}”`
          : `“${channel.name}” has a new secret`
      }
      description="For 24 hours messages are signed with both secrets, so that the receiver can change at its own time."
    >
      {rotated === null ? (
        <ReasonForm
          suggestions={REASONS}
          label="New secret"
          variant="solid"
          busy={busy}
          problem={problem}
          gone={gone}
          onSend={(reason) => void save(reason)}
          onClose={onClose}
        />
      ) : (
        <CreatedView created={rotated} onClose={onClose} />
      )}
    </Dialog>
  );
}
