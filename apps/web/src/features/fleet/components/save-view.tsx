'use client';

import type { SyntheticEvent } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { textOf } from '@/lib/form';

interface SaveViewProps {
  readonly onSave: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for the name of a view. */
export function SaveView({ onSave, onClose }: SaveViewProps) {
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = textOf(new FormData(event.currentTarget), 'name');
    if (name !== '') onSave(name);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Save this view"
      description="Filters, grouping and density, kept in this browser. To share it, share its address."
    >
      <form onSubmit={submit}>
        <Field label="Name">
          {(ids) => <Input {...ids} name="name" required maxLength={60} autoFocus />}
        </Field>
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="solid">
            Save view
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
