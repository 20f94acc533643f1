import { useMemo } from 'react';
import { Callout } from '@/components/ui/callout';
import { useConnectionStatus, useLiveValue } from '@/features/live/live-provider';
import { type ChannelDraft, reviewChannel } from '../channel-draft';

/** What can be saved and is probably not meant. */
export function ChannelWarnings({ draft }: { readonly draft: ChannelDraft }) {
  const breakers = useLiveValue((state) => state.breakers);
  const complete = useConnectionStatus() === 'live';
  const warnings = useMemo(() => {
    const tags = new Set([...breakers.values()].flatMap((breaker) => breaker.tags));
    return reviewChannel(draft, complete ? tags : null);
  }, [draft, breakers, complete]);
  return warnings.map((warning) => <Callout key={warning}>{warning}</Callout>);
}
