'use client';

import type { ApiToken } from '@recloser/protocol';
import { SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { PanelStatus } from '@/components/ui/panel-status';
import { ReasonForm } from '@/features/actions/components/reason-form';
import { PageHeader } from '@/features/shell/components/page-header';
import { cn } from '@/lib/cn';
import { useSending } from '@/lib/use-sending';
import { revokeToken, useApiTokens } from '../api/tokens';
import { stateOf } from '../token-words';
import { CreateTokenButton } from './create-token';
import { TokenRow } from './token-row';

const REASONS = ['Leaked', 'Rotated', 'Program is retired'];

interface RevokeDialogProps {
  readonly record: ApiToken;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function RevokeDialog({ record, onDone, onClose }: RevokeDialogProps) {
  const { problem, busy, send } = useSending();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Revoke “${record.name}”`}
      description="Programs that use it are refused from their next request on. A revoked token never works again."
    >
      <ReasonForm
        suggestions={REASONS}
        label="Revoke token"
        busy={busy}
        problem={problem}
        onSend={(reason) => {
          void send(async () => {
            await revokeToken(record.id, reason);
            onDone();
          });
        }}
        onClose={onClose}
      />
    </Dialog>
  );
}

export function ApiTokens() {
  const { data, error, mutate } = useApiTokens();
  const [now] = useState(() => Date.now());
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const close = () => {
    setRevoking(null);
  };
  return (
    <div>
      <PageHeader
        title="API tokens"
        description="For programs that use the API, in every project. Only their hashes are kept."
        actions={<CreateTokenButton onCreated={() => void mutate()} />}
      />
      <section
        aria-label="API tokens"
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
          <EmptyState icon={SquareTerminal} title="No API token yet">
            A script, a pipeline or another program needs one.
          </EmptyState>
        ) : (
          <ul>
            {(data ?? []).map((record) => (
              <TokenRow
                key={record.id}
                record={record}
                state={stateOf(record, now)}
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
