'use client';

import type { ChannelInfo } from '@recloser/protocol';
import { Elapsed } from '@/components/ui/time';
import { useNow } from '@/lib/clock';
import { isTestUnderway, testOf } from '../channel-words';
import { ChannelTextField } from './channel-text-field';

/** What came of the last test, read out when it changes. */
export function TestResult({ channel }: { readonly channel: ChannelInfo }) {
  const now = useNow();
  const doneAt = channel.test?.doneAt ?? null;
  const saying = now === null ? null : testOf(channel, now);
  return (
    <p className="num text-sm empty:hidden">
      <span role="status">
        {saying === null ? null : (
          <ChannelTextField saying={saying} busy={isTestUnderway(channel)} />
        )}
      </span>
      {saying === null || doneAt === null ? null : (
        <span className="text-xs whitespace-nowrap text-fg-3">
          {' '}
          · <Elapsed since={doneAt} /> ago
        </span>
      )}
    </p>
  );
}
