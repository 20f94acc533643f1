'use client';

import { ENVIRONMENT_KINDS, type EnvironmentKind } from '@recloser/core';
import { type ReactNode, type SyntheticEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Field, Input, Select } from '@/components/ui/field';
import { useSending } from '@/lib/use-sending';
import { createEnvironment, createProject } from '../api/environments';
import { keyOf, KIND_WORDS } from '../kind-words';

interface Named {
  readonly key: string;
  readonly name: string;
}

interface NamedFormProps {
  readonly action: string;
  readonly example: string;
  readonly children?: ReactNode;
  readonly onCreate: (named: Named) => Promise<void>;
  readonly onClose: () => void;
}

/** A name and the key that follows from it, which may be typed instead. */
function NamedForm({ action, example, children, onCreate, onClose }: NamedFormProps) {
  const [name, setName] = useState('');
  const [typed, setTyped] = useState<string | null>(null);
  const { problem, busy, send } = useSending();
  const key = typed ?? keyOf(name);
  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    void send(async () => {
      await onCreate({ key, name: name.trim() });
      onClose();
    });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Name">
        {(ids) => (
          <Input
            {...ids}
            required
            autoFocus
            maxLength={120}
            value={name}
            placeholder={example}
            onChange={({ target }) => {
              setName(target.value);
            }}
          />
        )}
      </Field>
      <Field label="Key" hint="Stands in addresses and stays: lower-case letters, digits, dashes.">
        {(ids) => (
          <Input
            {...ids}
            required
            maxLength={64}
            pattern="[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?"
            value={key}
            onChange={({ target }) => {
              setTyped(target.value);
            }}
            className="font-mono"
          />
        )}
      </Field>
      {children}
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      <DialogFooter>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="solid" disabled={busy}>
          {action}
        </Button>
      </DialogFooter>
    </form>
  );
}

interface CreateProps {
  readonly onCreated: () => void;
  readonly onClose: () => void;
}

export function CreateProjectDialog({ onCreated, onClose }: CreateProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="New project"
      description="A project holds breakers; each of its environments has their own state and keys."
    >
      <NamedForm
        action="Create project"
        example="Checkout"
        onClose={onClose}
        onCreate={async (named) => {
          await createProject(named);
          onCreated();
        }}
      />
    </Dialog>
  );
}

export function CreateEnvironmentDialog({
  project,
  onCreated,
  onClose,
}: CreateProps & { readonly project: Named }) {
  const [kind, setKind] = useState<EnvironmentKind>('production');
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`New environment of ${project.name}`}
      description="It begins with all breakers of the project, closed."
    >
      <NamedForm
        action="Create environment"
        example="Staging"
        onClose={onClose}
        onCreate={async (named) => {
          await createEnvironment(project.key, { ...named, kind });
          onCreated();
        }}
      >
        <Field label="Kind" hint={KIND_WORDS[kind]}>
          {(ids) => (
            <Select
              {...ids}
              value={kind}
              onChange={({ target }) => {
                setKind(ENVIRONMENT_KINDS.find((one) => one === target.value) ?? 'production');
              }}
              className="capitalize"
            >
              {ENVIRONMENT_KINDS.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </Select>
          )}
        </Field>
      </NamedForm>
    </Dialog>
  );
}
