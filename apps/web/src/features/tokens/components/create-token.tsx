'use client';

import { type Role, ROLES } from '@recloser/core';
import { Plus } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Field, Input, Select } from '@/components/ui/field';
import { Secret } from '@/features/keys/components/secret';
import { ROLE_WORDS } from '@/features/people/role-words';
import { textOf } from '@/lib/form';
import { useSending } from '@/lib/use-sending';
import { createToken, useProjects } from '../api/tokens';
import { curlLine, endAfter, LIFETIMES, placeName, placesOf } from '../token-words';

interface CreateTokenFormProps {
  readonly onCreated: (token: string) => void;
  readonly onClose: () => void;
}

function PlaceAndEnd() {
  const { data = [] } = useProjects();
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Works in">
        {(ids) => (
          <Select {...ids} name="place">
            {placesOf(data).map((place, index) => (
              <option key={placeName(place)} value={index}>
                {placeName(place)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Expires after">
        {(ids) => (
          <Select {...ids} name="days" defaultValue="90">
            {LIFETIMES.map(([days, label]) => (
              <option key={days} value={days}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}

function CreateTokenForm({ onCreated, onClose }: CreateTokenFormProps) {
  const { data = [] } = useProjects();
  const { problem, busy, send } = useSending();
  const [role, setRole] = useState<Role>('viewer');
  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = textOf(form, 'name');
    const place = placesOf(data)[Number(textOf(form, 'place'))];
    const expiresAt = endAfter(textOf(form, 'days'), Date.now());
    void send(async () => {
      onCreated((await createToken({ name, role, ...place, expiresAt })).token);
    });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Name" hint="What uses it. The audit log shows this name.">
        {(ids) => (
          <Input {...ids} name="name" required maxLength={120} autoFocus placeholder="deploy" />
        )}
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
      <PlaceAndEnd />
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      <DialogFooter>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="solid" disabled={busy}>
          Create token
        </Button>
      </DialogFooter>
    </form>
  );
}

function NewToken({ token, onClose }: { readonly token: string; readonly onClose: () => void }) {
  return (
    <>
      <Secret secret={token} what="API token" />
      <p className="mt-3 text-xs text-fg-2">Try it:</p>
      <Secret secret={curlLine(location.origin, token)} what="curl command" kept="" />
      <DialogFooter>
        <Button variant="solid" onClick={onClose}>
          I have it
        </Button>
      </DialogFooter>
    </>
  );
}

export function CreateTokenButton({ onCreated }: { readonly onCreated: () => void }) {
  const [open, setOpen] = useState(false);
  const [token, setToken] = useState<string | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) setToken(null);
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
        <Plus size={14} aria-hidden /> Create token
      </Button>
      <Dialog
        open={open}
        onOpenChange={change}
        title={token === null ? 'Create an API token' : 'Your API token'}
        description={
          token === null
            ? 'It lets a program use the API without a person.'
            : 'Put it into RECLOSER_TOKEN of the program.'
        }
      >
        {token === null ? (
          <CreateTokenForm
            onCreated={(created) => {
              setToken(created);
              onCreated();
            }}
            onClose={close}
          />
        ) : (
          <NewToken token={token} onClose={close} />
        )}
      </Dialog>
    </>
  );
}
