'use client';

import type { ChannelInfo, CreatedChannel } from '@recloser/protocol';
import { useState } from 'react';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { ReasonField } from '@/features/actions/components/reason-field';
import { EditFooter } from '@/features/drafts/components/edit-footer';
import { ConcurrentEditors } from '@/features/drafts/components/concurrent-editors';
import { typedProblems } from '../channel-draft';
import { useChannelEditing } from '../use-channel-editing';
import { ChannelFields } from './channel-fields';
import { ChannelWarnings } from './channel-warnings';
import { CreatedView } from './created-view';

const REASONS = ['Agreed with the team', 'New on-call tool', 'Address was rotated'];

interface FormProps {
  /** null: a new one. */
  readonly channel: ChannelInfo | null;
  readonly onCreated: (created: CreatedChannel) => void;
  readonly onClose: () => void;
}

function ChannelForm({ channel, onCreated, onClose }: FormProps) {
  const editing = useChannelEditing({ channel, onCreated, onSaved: onClose });
  const { draft, isNew, overtaken, gone, problems, problem, busy, save, edit } = editing;
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const ready = reason.trim() !== '' && !busy && overtaken === null;
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (ready && Object.keys(problems).length === 0) void save(reason.trim());
      }}
    >
      <ChannelFields
        draft={draft.value}
        problems={tried ? problems : typedProblems(problems, draft.value)}
        isNew={isNew}
        onEdit={edit}
      />
      <ChannelWarnings draft={draft.value} />
      {channel === null ? null : (
        <ConcurrentEditors
          subject={{ kind: 'channel', key: channel.name }}
          name={channel.name}
          editing={editing}
        />
      )}
      <ReasonField value={reason} suggestions={REASONS} autoFocus={false} onChange={setReason} />
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      <EditFooter
        label={channel === null ? 'Create' : gone ? 'Create it again' : 'Save'}
        ready={ready}
        overtaken={overtaken !== null}
        onClose={onClose}
      />
    </form>
  );
}

function descriptionOf(channel: ChannelInfo | null, created: CreatedChannel | null): string {
  if (created !== null) return 'Send a test to see that it arrives.';
  return channel === null
    ? 'Send breaker events to a webhook or chat.'
    : 'It sends events that happen from now on.';
}

type ChannelDialogProps = Pick<FormProps, 'channel' | 'onClose'>;

/** Makes a channel, or changes one. */
export function ChannelDialog({ channel, onClose }: ChannelDialogProps) {
  const [created, setCreated] = useState<CreatedChannel | null>(null);
  const name = created?.channel.name ?? channel?.name;
  const title =
    created === null
      ? channel === null
        ? 'New channel'
        : `Edit “${name}”`
      : `“${name}” is set up`;
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={title}
      description={descriptionOf(channel, created)}
    >
      {created === null ? (
        <ChannelForm channel={channel} onCreated={setCreated} onClose={onClose} />
      ) : (
        <CreatedView created={created} onClose={onClose} />
      )}
    </Dialog>
  );
}
