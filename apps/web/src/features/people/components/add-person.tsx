'use client';

import { type Role, ROLES } from '@recloser/core';
import { Plus } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Field, Input, Select } from '@/components/ui/field';
import { Secret } from '@/features/keys/components/secret';
import { textOf } from '@/lib/form';
import { useSending } from '@/lib/use-sending';
import { createPerson } from '../api/people';
import { ROLE_WORDS } from '../role-words';

interface Added {
  readonly email: string;
  readonly password: string | undefined;
}

interface AddPersonFormProps {
  readonly onAdded: (added: Added) => void;
  readonly onClose: () => void;
}

function AddPersonForm({ onAdded, onClose }: AddPersonFormProps) {
  const { problem, busy, send } = useSending();
  const [role, setRole] = useState<Role>('viewer');
  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [email, name] = [textOf(form, 'email'), textOf(form, 'name')];
    void send(async () => {
      const { password } = await createPerson({ email, name, role });
      onAdded({ email, password });
    });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Name">
        {(ids) => <Input {...ids} name="name" required maxLength={120} autoFocus />}
      </Field>
      <Field label="E-mail">
        {(ids) => <Input {...ids} name="email" type="email" required maxLength={254} />}
      </Field>
      <Field label="Role" hint={ROLE_WORDS[role]}>
        {(ids) => (
          <Select
            {...ids}
            value={role}
            onChange={({ target }) => {
              setRole(ROLES.find((one) => one === target.value) ?? 'viewer');
            }}
            className="capitalize"
          >
            {ROLES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </Select>
        )}
      </Field>
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      <DialogFooter>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="solid" disabled={busy}>
          Add person
        </Button>
      </DialogFooter>
    </form>
  );
}

export function AddPersonButton({ onAdded }: { readonly onAdded: () => void }) {
  const [open, setOpen] = useState(false);
  const [added, setAdded] = useState<Added | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) setAdded(null);
  };
  const close = () => {
    change(false);
  };
  return (
    <>
      <Button
        variant="solid"
        onClick={() => {
          setOpen(true);
        }}
      >
        <Plus size={14} aria-hidden /> Add person
      </Button>
      <Dialog
        open={open}
        onOpenChange={change}
        title={added === null ? 'Add a person' : 'Their password'}
        description={
          added === null ? 'They sign in with e-mail and password.' : `Give it to ${added.email}.`
        }
      >
        {added === null ? (
          <AddPersonForm
            onAdded={(person) => {
              setAdded(person);
              onAdded();
            }}
            onClose={close}
          />
        ) : (
          <>
            {added.password === undefined ? null : (
              <Secret secret={added.password} what="password" />
            )}
            <DialogFooter>
              <Button variant="solid" onClick={close}>
                Done
              </Button>
            </DialogFooter>
          </>
        )}
      </Dialog>
    </>
  );
}
