'use client';

import { useState } from 'react';
import { useSWRConfig } from 'swr';
import { Button } from '@/components/ui/button';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { ReasonField } from '@/features/actions/components/reason-field';
import { useLiveStore, usePlace } from '@/features/live/live-provider';
import { plural } from '@/lib/format';
import { messageOf } from '@/lib/problem';
import { resources } from '@/lib/routes';
import { editBreaker } from '../api/edit-breaker';
import { ChangeList } from './changes';
import type { SaveBarProps } from './save-bar';

const REASONS = [
  'Tuned after an incident',
  'Agreed in review',
  'Too sensitive',
  'Too slow to react',
];

function useSave({ breaker, revision, edit, onSaved }: SaveBarProps) {
  const place = usePlace();
  const store = useLiveStore();
  const { mutate } = useSWRConfig();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  async function save(reason: string) {
    setBusy(true);
    setProblem(null);
    try {
      const { breaker: saved } = await editBreaker(place, breaker.key, revision, {
        ...edit,
        reason,
      });
      store.accept(saved);
      await mutate([resources.breaker(place, saved.key), saved.seq], saved, { revalidate: false });
      onSaved(saved);
    } catch (error) {
      setProblem(messageOf(error));
    }
    setBusy(false);
  }
  return { problem, busy, save };
}

/** The difference and the reason, before an edit is saved. */
export function ReviewDialog(props: SaveBarProps & { readonly onClose: () => void }) {
  const { changes, revert, onClose } = props;
  const [reason, setReason] = useState(revert?.note ?? '');
  const { problem, busy, save } = useSave(props);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Review and save"
      description="The breaker keeps its state and its counts. SDKs get the change at once."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() !== '') void save(reason.trim());
        }}
      >
        <ChangeList changes={changes} />
        <ReasonField value={reason} suggestions={REASONS} onChange={setReason} />
        {problem === null ? null : (
          <p role="alert" className="text-sm text-open">
            {problem}
          </p>
        )}
        <DialogFooter>
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" variant="solid" disabled={busy || reason.trim() === ''}>
            Save {plural(changes.length, 'change')}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
