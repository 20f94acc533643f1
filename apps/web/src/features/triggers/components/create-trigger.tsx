'use client';

import {
  ADMISSION_ALL,
  ADMISSION_SIXTEENTH,
  formatAdmission,
  formatDuration,
  TRIGGER_ACTIONS,
  type TriggerAction,
} from '@recloser/core';
import { Plus } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Field, Input, Select } from '@/components/ui/field';
import { SuggestInput } from '@/components/ui/suggest-input';
import { Secret } from '@/features/keys/components/secret';
import { useEnvironmentRef, useLiveStore } from '@/features/live/live-provider';
import { textOf } from '@/lib/form';
import { useSending } from '@/lib/use-sending';
import { createTrigger } from '../api/triggers';
import { ACTION_WORDS, curlLine, DURATIONS } from '../trigger-words';

/** More would only be scrolled past; any key can be typed. */
const SUGGESTED = 200;
const ADMISSIONS = [1, 2, 4, 8, 12].map((count) => count * ADMISSION_SIXTEENTH);
const HALF_HOUR_MS = 1_800_000;

interface CreateTriggerFormProps {
  readonly onCreated: (path: string) => void;
  readonly onClose: () => void;
}

interface ActionFieldsProps {
  readonly action: TriggerAction;
  readonly onAction: (action: TriggerAction) => void;
}

function ActionFields({ action, onAction }: ActionFieldsProps) {
  return (
    <>
      <Field label="Action" hint={ACTION_WORDS[action]}>
        {(ids) => (
          <Select
            {...ids}
            value={action}
            onChange={({ target }) => {
              onAction(TRIGGER_ACTIONS.find((one) => one === target.value) ?? 'open');
            }}
            className="capitalize"
          >
            {TRIGGER_ACTIONS.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </Select>
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Ends after" hint="A later call of an alert that still fires moves the end.">
          {(ids) => (
            <Select {...ids} name="duration" defaultValue={HALF_HOUR_MS}>
              {DURATIONS.map((ms) => (
                <option key={ms} value={ms}>
                  {formatDuration(ms)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {action === 'dim' ? (
          <Field label="Admits">
            {(ids) => (
              <Select {...ids} name="admission" defaultValue={ADMISSION_ALL / 4}>
                {ADMISSIONS.map((admission) => (
                  <option key={admission} value={admission}>
                    {formatAdmission(admission)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        ) : null}
      </div>
    </>
  );
}

function CreateTriggerForm({ onCreated, onClose }: CreateTriggerFormProps) {
  const place = useEnvironmentRef();
  const store = useLiveStore();
  const [keys] = useState(() => [...store.get().breakers.keys()].slice(0, SUGGESTED));
  const { problem, busy, send } = useSending();
  const [action, setAction] = useState<TriggerAction>('open');
  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, breaker] = [textOf(form, 'name'), textOf(form, 'breaker')];
    const durationMs = Number(textOf(form, 'duration'));
    const admission = action === 'dim' ? { admission: Number(textOf(form, 'admission')) } : {};
    void send(async () => {
      const trigger = { name, breaker, action, durationMs, ...admission };
      onCreated((await createTrigger(place, trigger)).path);
    });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Name" hint="What calls it. The audit log shows this name.">
        {(ids) => (
          <Input
            {...ids}
            name="name"
            required
            maxLength={120}
            autoFocus
            placeholder="alertmanager"
          />
        )}
      </Field>
      <Field label="Breaker">
        {(ids) => <SuggestInput {...ids} name="breaker" required suggestions={keys} />}
      </Field>
      <ActionFields action={action} onAction={setAction} />
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      <DialogFooter>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="solid" disabled={busy}>
          Create trigger
        </Button>
      </DialogFooter>
    </form>
  );
}

function NewTrigger({ path, onClose }: { readonly path: string; readonly onClose: () => void }) {
  const url = location.origin + path;
  return (
    <>
      <Secret secret={url} what="Trigger URL" />
      <p className="mt-3 text-xs text-fg-2">Try it; this acts on the breaker:</p>
      <Secret secret={curlLine(url)} what="curl command" kept="" />
      <DialogFooter>
        <Button variant="solid" onClick={onClose}>
          I have it
        </Button>
      </DialogFooter>
    </>
  );
}

export function CreateTriggerButton({ onCreated }: { readonly onCreated: () => void }) {
  const [open, setOpen] = useState(false);
  const [path, setPath] = useState<string | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) setPath(null);
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
        <Plus size={14} aria-hidden /> Create trigger
      </Button>
      <Dialog
        open={open}
        onOpenChange={change}
        title={path === null ? 'Create a trigger' : 'Your trigger'}
        description={
          path === null
            ? 'It acts on one breaker while an alert fires. It can never restore.'
            : 'Put this URL into the webhook of your monitoring system.'
        }
      >
        {path === null ? (
          <CreateTriggerForm
            onCreated={(created) => {
              setPath(created);
              onCreated();
            }}
            onClose={close}
          />
        ) : (
          <NewTrigger path={path} onClose={close} />
        )}
      </Dialog>
    </>
  );
}
