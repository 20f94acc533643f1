'use client';

import { api, pathTo } from '@recloser/protocol';
import { useState } from 'react';
import { useSWRConfig } from 'swr';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { useFollow } from '@/features/actions/action-provider';
import { loadBreaker } from '@/features/actions/api/actions';
import { ReasonField } from '@/features/actions/components/reason-field';
import { useLiveStore, useEnvironmentRef } from '@/features/live/live-provider';
import { plural } from '@/lib/format';
import { ApiError, messageOf } from '@/lib/problem';
import { callKey } from '@/lib/use-call';
import { editBreaker } from '../api/edit-breaker';
import type { PendingEdit } from '../pending-edit';
import { ChangeList } from './changes';
import { GoneNotice } from './gone-notice';

const REASONS = [
  'Tuned after an incident',
  'Agreed in review',
  'Too sensitive',
  'Too slow to react',
];

/** What was done to the breaker whose name follows. */
function didOf(edit: PendingEdit['edit']): string {
  return edit.rules === undefined ? 'Saved the policy of' : 'Saved the rules of';
}

function useSave({ breaker, revision, edit, onSaved }: PendingEdit) {
  const place = useEnvironmentRef();
  const store = useLiveStore();
  const follow = useFollow();
  const { mutate } = useSWRConfig();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  /** The feed may not have told yet who was first. */
  async function reread() {
    const now = await loadBreaker(place, breaker.key);
    const path = pathTo(api.breakers.read, { params: { ...place, key: breaker.key } });
    await mutate((key) => Array.isArray(key) && key[0] === path, now, { revalidate: false });
    store.accept(now);
    return true;
  }
  async function save(reason: string) {
    setBusy(true);
    setProblem(null);
    try {
      const { breaker: saved } = await editBreaker(place, breaker.key, revision, {
        ...edit,
        reason,
      });
      store.accept(saved);
      const input = { params: { ...place, key: saved.key } };
      await mutate(callKey(api.breakers.read, [input], saved.seq), saved, { revalidate: false });
      onSaved(saved);
      follow(saved.key, didOf(edit), saved.seq);
    } catch (error) {
      const late = error instanceof ApiError && error.code === 'version_conflict';
      const told = late && (await reread().catch(() => false));
      if (!told) setProblem(messageOf(error));
    }
    setBusy(false);
  }
  return { problem, busy, save };
}

interface ReviewDialogProps extends PendingEdit {
  /** The breaker was archived meanwhile. */
  readonly gone: boolean;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly onSeeBoth: () => void;
  readonly onClose: () => void;
}

/** The difference and the reason, before an edit is saved. */
export function ReviewDialog(props: ReviewDialogProps) {
  const { breaker, changes, overtaken, gone, reason, onReason, onSeeBoth, onClose } = props;
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
          if (reason.trim() !== '' && !overtaken && !gone) void save(reason.trim());
        }}
      >
        <ChangeList changes={changes} />
        <ReasonField value={reason} suggestions={REASONS} onChange={onReason} />
        {gone ? (
          <GoneNotice breaker={breaker.key}>
            This cannot be saved any more; it stays here as long as you do.
          </GoneNotice>
        ) : null}
        {overtaken ? (
          <Callout kind="problem">
            Somebody saved version {breaker.revision} meanwhile. Your edits are kept: compare both
            versions first.
          </Callout>
        ) : null}
        {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
        <DialogFooter>
          <Button onClick={onClose}>Back</Button>
          {overtaken ? (
            <Button variant="solid" onClick={onSeeBoth}>
              See both versions
            </Button>
          ) : (
            <Button type="submit" variant="solid" disabled={busy || gone || reason.trim() === ''}>
              Save {plural(changes.length, 'change')}
            </Button>
          )}
        </DialogFooter>
      </form>
    </Dialog>
  );
}
