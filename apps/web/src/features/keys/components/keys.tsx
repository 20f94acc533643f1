'use client';

import type { ApiKey } from '@recloser/protocol';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { PanelStatus } from '@/components/ui/panel-status';
import { Scrollable } from '@/components/ui/scrollable';
import { Clock, Elapsed } from '@/components/ui/time';
import { ReasonForm } from '@/features/actions/components/reason-form';
import { usePlace } from '@/features/live/live-provider';
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
  const place = usePlace();
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
    <tr className={cn('border-t border-line', revoked && 'text-fg-3')}>
      <th scope="row" className="px-4 py-2.5 text-left font-medium">
        {record.name}
      </th>
      <td className="px-4 py-2.5 font-mono text-xs">{record.prefix}…</td>
      <td className="px-4 py-2.5 text-fg-2">
        <Clock at={record.createdAt} withDate />
        <span className="block text-xs text-fg-3">by {record.createdBy}</span>
      </td>
      <td className="px-4 py-2.5 text-fg-2">
        {record.lastUsedAt === null ? (
          'never'
        ) : (
          <>
            <Elapsed since={record.lastUsedAt} /> ago
          </>
        )}
      </td>
      <td className="px-4 py-2.5 text-right">
        {revoked ? (
          'revoked'
        ) : (
          <Button size="sm" onClick={onRevoke} aria-label={`Revoke ${record.name}`}>
            Revoke
          </Button>
        )}
      </td>
    </tr>
  );
}

export function Keys() {
  const { data, error, mutate } = useKeys();
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const close = () => {
    setRevoking(null);
  };
  return (
    <div className="max-w-4xl">
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
          <Scrollable label="Keys">
            <table className="w-full min-w-[44rem] text-sm">
              <thead>
                <tr className="text-left text-xs text-fg-3">
                  {['Name', 'Begins with', 'Created', 'Last used'].map((head) => (
                    <th key={head} scope="col" className="px-4 py-2.5 font-normal">
                      {head}
                    </th>
                  ))}
                  <th scope="col" className="px-4 py-2.5">
                    <span className="sr-only">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {(data ?? []).map((record) => (
                  <KeyRow
                    key={record.id}
                    record={record}
                    onRevoke={() => {
                      setRevoking(record);
                    }}
                  />
                ))}
              </tbody>
            </table>
          </Scrollable>
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
