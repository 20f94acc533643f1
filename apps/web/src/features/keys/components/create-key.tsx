'use client';

import { Plus } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { textOf } from '@/lib/form';
import { useSending } from '@/lib/use-sending';
import { createKey } from '../api/keys';
import { Secret } from './secret';

interface CreateKeyFormProps {
  readonly onCreated: (key: string) => void;
  readonly onClose: () => void;
}

function CreateKeyForm({ onCreated, onClose }: CreateKeyFormProps) {
  const place = useEnvironmentRef();
  const { problem, busy, send } = useSending();
  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = textOf(new FormData(event.currentTarget), 'name');
    void send(async () => {
      onCreated((await createKey(place, name)).key);
    });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Name" hint="What uses it: a service, a team, a pipeline.">
        {(ids) => (
          <Input {...ids} name="name" required maxLength={120} autoFocus placeholder="checkout" />
        )}
      </Field>
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      <DialogFooter>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="solid" disabled={busy}>
          Create key
        </Button>
      </DialogFooter>
    </form>
  );
}

export function CreateKeyButton({ onCreated }: { readonly onCreated: () => void }) {
  const [open, setOpen] = useState(false);
  const [key, setKey] = useState<string | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) setKey(null);
  };
  return (
    <>
      <Button
        variant="solid"
        onClick={() => {
          setOpen(true);
        }}
      >
        <Plus size={14} aria-hidden /> Create key
      </Button>
      <Dialog
        open={open}
        onOpenChange={change}
        title={key === null ? 'Create an SDK key' : 'Your SDK key'}
        description={
          key === null
            ? 'It lets services of this environment connect and report.'
            : 'Put it into RECLOSER_SDK_KEY of the service.'
        }
      >
        {key === null ? (
          <CreateKeyForm
            onCreated={(created) => {
              setKey(created);
              onCreated();
            }}
            onClose={() => {
              change(false);
            }}
          />
        ) : (
          <>
            <Secret secret={key} what="SDK key" />
            <DialogFooter>
              <Button
                variant="solid"
                onClick={() => {
                  change(false);
                }}
              >
                I have it
              </Button>
            </DialogFooter>
          </>
        )}
      </Dialog>
    </>
  );
}
