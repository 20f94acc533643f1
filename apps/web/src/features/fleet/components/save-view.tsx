'use client';

import { type SyntheticEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { textOf } from '@/lib/form';
import { messageOf } from '@/lib/problem';
import { NAME_LENGTH } from '../saved-views';

interface SaveViewProps {
  readonly onSave: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks for the name of a view, and stays until it is kept. */
export function SaveView({ onSave, onClose }: SaveViewProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  async function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = textOf(new FormData(event.currentTarget), 'name');
    if (name === '' || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await onSave(name);
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Save this view"
      description="Filters, grouping and density, kept for you wherever you sign in. To share it, share its address."
    >
      <form onSubmit={(event) => void submit(event)}>
        <Field label="Name" hint="A view of this name that you keep already is replaced.">
          {(ids) => <Input {...ids} name="name" required maxLength={NAME_LENGTH} autoFocus />}
        </Field>
        {problem === null ? null : (
          <Callout kind="problem" className="mt-4">
            {problem}
          </Callout>
        )}
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="solid" disabled={busy}>
            Save view
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
