'use client';

import type { ChannelInfo, SetAside } from '@recloser/protocol';
import Link from 'next/link';
import { useState } from 'react';
import { PanelStatus } from '@/components/ui/panel-status';
import { Elapsed } from '@/components/ui/time';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { routes } from '@/lib/routes';
import { useSetAside } from '../api/channels';
import { setAsideWords } from '../channel-words';

function Item({ item }: { readonly item: SetAside }) {
  const { event, type, breaker, at, tries, why } = item;
  return (
    <li className="text-sm break-words">
      <Link href={routes.auditEvent(useEnvironmentRef(), event)} className="font-medium underline">
        {breaker ?? 'Settings'} {type.replace('breaker.', '')}
      </Link>{' '}
      <span className="num text-fg-2">
        <Elapsed since={at} /> ago: {why}
        {tries === 0 ? '' : ` (tried ${tries} times)`}
      </span>
    </li>
  );
}

function Items({ channel, shown }: { readonly channel: ChannelInfo; readonly shown: boolean }) {
  const { data, error, mutate } = useSetAside(channel, shown);
  if (data === undefined) {
    return <PanelStatus error={error} onRetry={() => void mutate()} lines={2} />;
  }
  return (
    <ul className="mt-1.5 flex flex-col gap-1 border-l border-line pl-3">
      {data.map((item) => (
        <Item key={item.event} item={item} />
      ))}
    </ul>
  );
}

/** Events that the receiver did not take, with the reason of each. */
export function SetAsideEvents({ channel }: { readonly channel: ChannelInfo }) {
  const [shown, setShown] = useState(false);
  const words = setAsideWords(channel);
  if (words === null) return null;
  return (
    <details
      onToggle={({ currentTarget }) => {
        setShown(currentTarget.open);
      }}
    >
      <summary className="cursor-pointer text-sm font-medium">{words}</summary>
      <Items channel={channel} shown={shown} />
    </details>
  );
}
