'use client';

import { useRouter } from 'next/navigation';
import type { SyntheticEvent } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Field, Input, Textarea } from '@/components/ui/field';
import { useLiveStore, useEnvironmentRef } from '@/features/live/live-provider';
import { textOf } from '@/lib/form';
import { useSending } from '@/lib/use-sending';
import { routes } from '@/lib/routes';
import { createBreaker } from '../api/breakers';

function NewBreakerForm({ onClose }: { readonly onClose: () => void }) {
  const place = useEnvironmentRef();
  const store = useLiveStore();
  const router = useRouter();
  const { problem, busy, send } = useSending();

  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const tags = textOf(form, 'tags').split(',');
    void send(async () => {
      const { breaker } = await createBreaker(place, {
        key: textOf(form, 'key'),
        owner: textOf(form, 'owner'),
        tags: tags.map((tag) => tag.trim()).filter((tag) => tag !== ''),
        reason: textOf(form, 'reason'),
      });
      store.accept(breaker);
      onClose();
      router.push(routes.breaker(place, breaker.key));
    });
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Key" hint="The name that your code uses: recloser.breaker('stripe').">
        {(ids) => (
          <Input {...ids} name="key" required maxLength={200} autoFocus className="font-mono" />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Owner (optional)">
          {(ids) => <Input {...ids} name="owner" maxLength={120} placeholder="team-payments" />}
        </Field>
        <Field label="Tags (optional)">
          {(ids) => <Input {...ids} name="tags" placeholder="payments, eu" />}
        </Field>
      </div>
      <Field label="Reason" hint="Kept in the audit log with your name.">
        {(ids) => <Textarea {...ids} name="reason" rows={2} required maxLength={1_000} />}
      </Field>
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      <DialogFooter>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="solid" disabled={busy}>
          Create breaker
        </Button>
      </DialogFooter>
    </form>
  );
}

export function NewBreakerDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="New breaker"
      description="Breakers that your code uses appear here automatically. Create one to set its policy first."
    >
      <NewBreakerForm onClose={onClose} />
    </Dialog>
  );
}
