'use client';

import type { ChannelInfo } from '@recloser/protocol';
import type { ButtonVariant } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { ReasonForm } from '@/features/actions/components/reason-form';
import { RemovedNotice } from '@/features/drafts/components/removed-notice';
import { useSaving } from '@/features/drafts/use-saving';
import { useEnvironmentRef } from '@/features/live/live-provider';
import type { EnvironmentRef } from '@/lib/routes';
import { editChannel, removeChannel, useChannels } from '../api/channels';

interface Words {
  readonly label: string;
  readonly description: string;
  readonly variant: ButtonVariant;
  readonly reasons: readonly string[];
  readonly send: (place: EnvironmentRef, channel: ChannelInfo, reason: string) => Promise<void>;
}

type ChannelDoing = 'pause' | 'resume' | 'remove';

const WORDS: Readonly<Record<ChannelDoing, Words>> = {
  pause: {
    label: 'Pause',
    description: 'Nothing is sent until it is resumed; what happens meanwhile is not sent later.',
    variant: 'solid',
    reasons: ['Too noisy', 'Planned work'],
    send: (place, channel, reason) => editChannel(place, channel, { paused: true, reason }),
  },
  resume: {
    label: 'Resume',
    description: 'What happens from now on is sent again.',
    variant: 'solid',
    reasons: ['Work is done'],
    send: (place, channel, reason) => editChannel(place, channel, { paused: false, reason }),
  },
  remove: {
    label: 'Remove',
    description: 'Nothing is sent there any more, and its address is forgotten.',
    variant: 'danger',
    reasons: ['No longer used', 'Replaced by another one', 'Its address leaked'],
    send: (place, { id }, reason) => removeChannel(place, id, reason),
  },
};

interface ReasonDialogProps {
  readonly doing: ChannelDoing;
  readonly channel: ChannelInfo;
  readonly onClose: () => void;
}

/** Asks why, then pauses, resumes or removes. */
export function ReasonDialog({ doing, channel, onClose }: ReasonDialogProps) {
  const { label, description, variant, reasons, send } = WORDS[doing];
  const place = useEnvironmentRef();
  const { data, mutate } = useChannels();
  const now = data?.find(({ id }) => id === channel.id);
  const gone = data !== undefined && now === undefined;
  const { problem, busy, save } = useSaving({
    explained: gone,
    reread: () => mutate(),
    send: async (given) => {
      await send(place, now ?? channel, given);
      onClose();
      void mutate();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`${label} “${channel.name}”`}
      description={description}
    >
      <ReasonForm
        suggestions={reasons}
        label={label}
        variant={variant}
        busy={busy}
        problem={problem}
        gone={gone}
        onSend={(reason) => void save(reason)}
        onClose={onClose}
      >
        {gone ? (
          <RemovedNotice subject={{ kind: 'channel', key: channel.name }} name={channel.name}>
            There is nothing left to do.
          </RemovedNotice>
        ) : null}
      </ReasonForm>
    </Dialog>
  );
}
