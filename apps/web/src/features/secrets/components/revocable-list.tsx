'use client';

import type { LucideIcon } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { PanelStatus } from '@/components/ui/panel-status';
import { ReasonForm } from '@/features/actions/components/reason-form';
import { PageHeader } from '@/features/shell/components/page-header';
import { cn } from '@/lib/cn';
import { useSending } from '@/lib/use-sending';

interface Named {
  readonly id: string;
  readonly name: string;
}

interface Revocation<T> {
  /** Of the button, e.g. "Revoke key". */
  readonly label: string;
  /** What revoking does. */
  readonly effect: string;
  readonly reasons: readonly string[];
  readonly send: (record: T, reason: string) => Promise<void>;
}

interface RevokeDialogProps<T> extends Revocation<T> {
  readonly record: T;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function RevokeDialog<T extends Named>(props: RevokeDialogProps<T>) {
  const { record, label, effect, reasons, onDone, onClose } = props;
  const { problem, busy, send } = useSending();
  return (
    <Dialog open onOpenChange={onClose} title={`Revoke “${record.name}”`} description={effect}>
      <ReasonForm
        suggestions={reasons}
        label={label}
        busy={busy}
        problem={problem}
        onSend={(reason) => {
          void send(async () => {
            await props.send(record, reason);
            onDone();
          });
        }}
        onClose={onClose}
      />
    </Dialog>
  );
}

interface Records<T> {
  readonly data: readonly T[] | undefined;
  readonly error: Error | undefined;
  readonly mutate: () => Promise<unknown>;
}

interface RevocableListProps<T> {
  readonly title: string;
  readonly description: string;
  /** What makes a new one. */
  readonly create: ReactNode;
  readonly records: Records<T>;
  readonly row: (record: T, onRevoke: () => void) => ReactNode;
  readonly empty: { readonly icon: LucideIcon; readonly title: string; readonly text: string };
  readonly revocation: Revocation<T>;
}

/** A page of secrets that are shown once and can be revoked. */
export function RevocableList<T extends Named>(props: RevocableListProps<T>) {
  const { title, description, create, records, row, empty, revocation } = props;
  const { data, error, mutate } = records;
  const [revoking, setRevoking] = useState<T | null>(null);
  const close = () => {
    setRevoking(null);
  };
  return (
    <div>
      <PageHeader title={title} description={description} actions={create} />
      <section
        aria-label={title}
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
          <EmptyState icon={empty.icon} title={empty.title}>
            {empty.text}
          </EmptyState>
        ) : (
          <ul>
            {(data ?? []).map((record) =>
              row(record, () => {
                setRevoking(record);
              }),
            )}
          </ul>
        )}
      </section>
      {revoking === null ? null : (
        <RevokeDialog
          {...revocation}
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
