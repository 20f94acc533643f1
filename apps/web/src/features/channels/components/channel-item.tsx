'use client';

import type { ChannelInfo } from '@recloser/protocol';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Tag } from '@/components/ui/tag';
import { useMay } from '@/features/session/session-context';
import { useNow } from '@/lib/clock';
import { eventsWords, KIND_WORDS, channelStatusOf } from '../channel-words';
import type { ChannelAct } from '../channel-act';
import { useTestSending } from '../use-test-sending';
import { ChannelTextField } from './channel-text-field';
import { SetAsideEvents } from './set-aside';
import { SendTestButton } from './send-test-button';
import { TestResult } from './test-result';

interface ChannelItemProps {
  readonly channel: ChannelInfo;
  readonly onAct: (act: ChannelAct) => void;
}

function ChannelStatus({ channel }: { readonly channel: ChannelInfo }) {
  const now = useNow();
  return (
    <p className="num min-h-5 text-sm">
      {now === null ? null : <ChannelTextField saying={channelStatusOf(channel, now)} />}
    </p>
  );
}

function About({ channel: { events, tags } }: { readonly channel: ChannelInfo }) {
  return (
    <p className="text-sm text-fg-2">
      Sends {eventsWords(events)}
      {tags.length === 0 ? (
        ' · all breakers'
      ) : (
        <>
          {' · breakers tagged '}
          {tags.map((tag) => (
            <span key={tag} className="mr-1">
              <Tag>{tag}</Tag>
            </span>
          ))}
        </>
      )}
    </p>
  );
}

function Buttons({
  channel,
  onAct,
  children,
}: ChannelItemProps & { readonly children: ReactNode }) {
  const pausing = channel.paused ? 'resume' : 'pause';
  const acts = [
    { kind: pausing, label: channel.paused ? 'Resume' : 'Pause' },
    { kind: 'edit', label: 'Edit' },
    ...(channel.kind === 'webhook' ? [{ kind: 'rotate', label: 'New secret' } as const] : []),
    { kind: 'remove', label: 'Remove' },
  ] as const;
  return (
    <div className="flex shrink-0 flex-wrap gap-2">
      {children}
      {acts.map(({ kind, label }) => (
        <Button
          key={kind}
          size="sm"
          aria-label={`${label} ${kind === 'rotate' ? 'for ' : ''}${channel.name}`}
          onClick={() => {
            onAct({ kind, channel });
          }}
        >
          {label}
        </Button>
      ))}
    </div>
  );
}

/** One channel: what it tells whom, how it stands, and what can be done with it. */
export function ChannelItem({ channel, onAct }: ChannelItemProps) {
  const mayEdit = useMay('admin');
  const { problem, busy, sendTest } = useTestSending(channel);
  const { name, kind, host } = channel;
  return (
    <li className="flex flex-col gap-3 border-t border-line px-4 py-3 first:border-t-0">
      <div className="flex flex-col gap-3 lg:flex-row lg:items-start lg:justify-between">
        <div className="flex min-w-0 flex-col gap-1">
          <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
            <h2 className="min-w-0 font-medium break-words" dir="auto">
              {name}
            </h2>
            <Tag>{KIND_WORDS[kind].label}</Tag>
            <span className="min-w-0 font-mono text-xs break-all text-fg-3">{host}</span>
          </div>
          <About channel={channel} />
          <ChannelStatus channel={channel} />
          <SetAsideEvents channel={channel} />
          <TestResult channel={channel} />
        </div>
        {mayEdit ? (
          <Buttons channel={channel} onAct={onAct}>
            <SendTestButton name={name} size="sm" busy={busy} onSend={sendTest} />
          </Buttons>
        ) : null}
      </div>
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
    </li>
  );
}
