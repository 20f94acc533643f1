'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { PanelStatus } from '@/components/ui/panel-status';
import { useMay } from '@/features/session/session-context';
import { PageHeader } from '@/features/shell/components/page-header';
import { lazyPart, usePrefetch } from '@/lib/lazy-part';
import { useChannels } from '../api/channels';
import type { ChannelAct } from '../channel-act';
import { ChannelItem } from './channel-item';
import { NoChannels } from './no-channels';

/** With what an address is checked with. */
const ChannelDialog = lazyPart(() =>
  import('./channel-dialog').then((module) => module.ChannelDialog),
);
const ReasonDialog = lazyPart(() =>
  import('./reason-dialog').then((module) => module.ReasonDialog),
);
const RotateDialog = lazyPart(() =>
  import('./rotate-dialog').then((module) => module.RotateDialog),
);
const PARTS = [ChannelDialog, ReasonDialog, RotateDialog];

function ChannelListing({ onAct }: { readonly onAct: (act: ChannelAct) => void }) {
  const { data, error, mutate } = useChannels();
  if (data === undefined) {
    return <PanelStatus error={error} onRetry={() => void mutate()} lines={4} />;
  }
  return (
    <section aria-label="Notifications" className="rounded-xl border border-line bg-surface">
      {data.length === 0 ? (
        <NoChannels />
      ) : (
        <ul>
          {data.map((channel) => (
            <ChannelItem key={channel.id} channel={channel} onAct={onAct} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface ActDialogProps {
  readonly act: ChannelAct;
  readonly onClose: () => void;
}

function ActDialog({ act, onClose }: ActDialogProps) {
  switch (act.kind) {
    case 'create':
      return <ChannelDialog channel={null} onClose={onClose} />;
    case 'edit':
      return <ChannelDialog channel={act.channel} onClose={onClose} />;
    case 'rotate':
      return <RotateDialog channel={act.channel} onClose={onClose} />;
    default:
      return <ReasonDialog doing={act.kind} channel={act.channel} onClose={onClose} />;
  }
}

/** Where the environment tells what happens to its breakers, and whether it arrives. */
export function Channels() {
  const [act, setAct] = useState<ChannelAct | null>(null);
  const mayEdit = useMay('admin');
  usePrefetch(PARTS);
  return (
    <div>
      <PageHeader
        title="Notifications"
        description="Send breaker events to a webhook or chat."
        actions={
          mayEdit ? (
            <Button
              variant="solid"
              onClick={() => {
                setAct({ kind: 'create' });
              }}
            >
              <Plus size={14} aria-hidden /> New channel
            </Button>
          ) : undefined
        }
      />
      <ChannelListing onAct={setAct} />
      {act === null ? null : (
        <ActDialog
          act={act}
          onClose={() => {
            setAct(null);
          }}
        />
      )}
    </div>
  );
}
