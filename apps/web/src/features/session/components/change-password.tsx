'use client';

import { type SyntheticEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { useSending } from '@/lib/use-sending';
import { changePassword } from '../api/session';

const MIN_LENGTH = 10;

function passwordIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

interface FormProps {
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

function PasswordForm({ onChanged, onClose }: FormProps) {
  const { problem, busy, send } = useSending();
  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    return send(async () => {
      await changePassword(passwordIn(form, 'current'), passwordIn(form, 'new'));
      onChanged();
    });
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Field label="Current password">
        {(ids) => (
          <Input
            {...ids}
            name="current"
            type="password"
            autoComplete="current-password"
            required
            autoFocus
          />
        )}
      </Field>
      <Field label="New password" hint={`At least ${MIN_LENGTH} characters.`}>
        {(ids) => (
          <Input
            {...ids}
            name="new"
            type="password"
            autoComplete="new-password"
            required
            minLength={MIN_LENGTH}
            maxLength={128}
          />
        )}
      </Field>
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      <DialogFooter>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="solid" disabled={busy}>
          Change password
        </Button>
      </DialogFooter>
    </form>
  );
}

/** Everybody's own. */
export function ChangePassword({ onClose }: { readonly onClose: () => void }) {
  const [changed, setChanged] = useState(false);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={changed ? 'Password changed' : 'Change your password'}
      description={
        changed
          ? 'You stay signed in here, and are signed out everywhere else.'
          : 'You are signed out everywhere else.'
      }
    >
      {changed ? (
        <DialogFooter>
          <Button variant="solid" onClick={onClose}>
            Done
          </Button>
        </DialogFooter>
      ) : (
        <PasswordForm
          onChanged={() => {
            setChanged(true);
          }}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}
