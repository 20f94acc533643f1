'use client';

import type { ApiKey } from '@recloser/protocol';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { PanelStatus } from '@/components/ui/panel-status';
import { Clock, Elapsed } from '@/components/ui/time';
import { ReasonForm } from '@/features/actions/components/reason-form';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { PageHeader } from '@/features/shell/components/page-header';
import { cn } from '@/lib/cn';
import { useSending } from '@/lib/use-sending';
import { revokeKey, useKeys } from '../api/keys';
import { CreateKeyButton } from './create-key';

const REASONS = ['Leaked', 'Rotated', 'Service is retired'];

interface RevokeDialogProps {
  readonly record: ApiKey;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function RevokeDialog({ record, onDone, onClose }: RevokeDialogProps) {
  const place = useEnvironmentRef();
  const { problem, busy, send } = useSending();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Revoke “${record.name}”`}
      description="Instances that use it are disconnected at once and cannot come back. Their calls go on: they decide for themselves."
    >
      <ReasonForm
        suggestions={REASONS}
        label="Revoke key"
        busy={busy}
        problem={problem}
        onSend={(reason) => {
          void send(async () => {
            await revokeKey(place, record.id, reason);
            onDone();
          });
        }}
        onClose={onClose}
      />
    </Dialog>
  );
}

function KeyRow({ record, onRevoke }: { readonly record: ApiKey; readonly onRevoke: () => void }) {
  const revoked = record.revokedAt !== null;
  return (
    <li
      className={cn(
        'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1 border-b border-line px-4 py-3 text-sm last:border-b-0 md:grid-cols-[minmax(0,1fr)_14rem_9rem_6rem]',
        revoked && 'text-fg-3',
      )}
    >
      <p className="min-w-0 max-md:col-start-1 max-md:row-start-1">
        <span className="block truncate font-medium">{record.name}</span>
        <span className="font-mono text-xs text-fg-3">{record.prefix}…</span>
      </p>
      <p className="text-xs text-fg-2 max-md:col-span-2 max-md:row-start-2">
        <span className="text-fg-3">created </span>
        <Clock at={record.createdAt} withDate />
        <span className="text-fg-3 md:block"> by {record.createdBy}</span>
      </p>
      <p className="text-xs text-fg-2 max-md:col-span-2 max-md:row-start-3">
        <span className="text-fg-3">last used </span>
        {record.lastUsedAt === null ? (
          'never'
        ) : (
          <>
            <Elapsed since={record.lastUsedAt} /> ago
          </>
        )}
      </p>
      <span className="text-right max-md:col-start-2 max-md:row-start-1">
        {revoked ? (
          'revoked'
        ) : (
          <Button size="thumb" onClick={onRevoke} aria-label={`Revoke ${record.name}`}>
            Revoke
          </Button>
        )}
      </span>
    </li>
  );
}

export function Keys() {
  const { data, error, mutate } = useKeys();
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const close = () => {
    setRevoking(null);
  };
  return (
    <div>
      <PageHeader
        title="SDK keys"
        description="Keys of this environment. Only their hashes are kept."
        actions={<CreateKeyButton onCreated={() => void mutate()} />}
      />
      <section
        aria-label="SDK keys"
        className={cn(
          'overflow-hidden rounded-xl border border-line bg-surface',
          data === undefined && 'min-h-40',
        )}
      >
        {error === undefined ? null : (
          <div className="p-4">
            <PanelStatus error={error} onRetry={() => void mutate()} />
          </div>
        )}
        {data?.length === 0 ? (
          <EmptyState icon={KeyRound} title="No key yet">
            A service needs one to connect.
          </EmptyState>
        ) : (
          <ul>
            {(data ?? []).map((record) => (
              <KeyRow
                key={record.id}
                record={record}
                onRevoke={() => {
                  setRevoking(record);
                }}
              />
            ))}
          </ul>
        )}
      </section>
      {revoking === null ? null : (
        <RevokeDialog
          record={revoking}
          onClose={close}
          onDone={() => {
            close();
            void mutate();
          }}
        />
      )}
    </div>
  );
}
