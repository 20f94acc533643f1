'use client';

import type { TriggerInfo } from '@recloser/protocol';
import { Webhook } from 'lucide-react';
import { useState } from 'react';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { PanelStatus } from '@/components/ui/panel-status';
import { ReasonForm } from '@/features/actions/components/reason-form';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { PageHeader } from '@/features/shell/components/page-header';
import { cn } from '@/lib/cn';
import { useSending } from '@/lib/use-sending';
import { revokeTrigger, useTriggers } from '../api/triggers';
import { CreateTriggerButton } from './create-trigger';
import { TriggerRow } from './trigger-row';

const REASONS = ['Leaked', 'Rotated', 'Alert is retired'];

interface RevokeDialogProps {
  readonly record: TriggerInfo;
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
      description="Its URL never works again. What it did ends at its own end."
    >
      <ReasonForm
        suggestions={REASONS}
        label="Revoke trigger"
        busy={busy}
        problem={problem}
        onSend={(reason) => {
          void send(async () => {
            await revokeTrigger(place, record.id, reason);
            onDone();
          });
        }}
        onClose={onClose}
      />
    </Dialog>
  );
}

export function Triggers() {
  const { data, error, mutate } = useTriggers();
  const [revoking, setRevoking] = useState<TriggerInfo | null>(null);
  const close = () => {
    setRevoking(null);
  };
  return (
    <div>
      <PageHeader
        title="Triggers"
        description="Secret URLs with which a monitoring system opens, dims or holds a breaker for a limited time."
        actions={<CreateTriggerButton onCreated={() => void mutate()} />}
      />
      <section
        aria-label="Triggers"
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
          <EmptyState icon={Webhook} title="No trigger yet">
            Alertmanager, Datadog, PagerDuty or Statuspage needs one to act on a breaker.
          </EmptyState>
        ) : (
          <ul>
            {(data ?? []).map((record) => (
              <TriggerRow
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
