'use client';

import { type ReactNode, useState } from 'react';
import { Button, type ButtonVariant } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { DialogFooter } from '@/components/ui/dialog';
import { ReasonField } from './reason-field';

interface ReasonFormProps {
  readonly suggestions: readonly string[];
  /** What the button that sends it says. */
  readonly label: string;
  readonly variant?: ButtonVariant;
  readonly cancelLabel?: string;
  readonly busy: boolean;
  readonly problem: ReactNode;
  /** There is nothing left to do: it cannot be sent. */
  readonly gone?: boolean;
  readonly onSend: (reason: string) => void;
  readonly onClose: () => void;
  /** Between the reason and what went wrong. */
  readonly children?: ReactNode;
}

/** Within a dialog: asks why, and does it. Without a reason nothing is sent. */
export function ReasonForm({
  suggestions,
  label,
  variant = 'danger',
  cancelLabel = 'Cancel',
  busy,
  problem,
  gone = false,
  onSend,
  onClose,
  children,
}: ReasonFormProps) {
  const [reason, setReason] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSend(reason.trim());
      }}
      className="flex flex-col gap-4"
    >
      <ReasonField value={reason} suggestions={suggestions} onChange={setReason} />
      {children}
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      <DialogFooter>
        <Button onClick={onClose}>{cancelLabel}</Button>
        <Button type="submit" variant={variant} disabled={busy || gone || reason.trim() === ''}>
          {label}
        </Button>
      </DialogFooter>
    </form>
  );
}
