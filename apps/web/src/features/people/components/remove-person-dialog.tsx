import type { Person } from '@recloser/protocol';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { ReasonField } from '@/features/actions/components/reason-field';
import { useSending } from '@/lib/use-sending';
import { removePerson } from '../api/people';

const REASONS = ['Has left', 'Needs no access any more'];

interface RemovePersonDialogProps {
  readonly person: Person;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function RemovePersonDialog({ person, onDone, onClose }: RemovePersonDialogProps) {
  const [reason, setReason] = useState('');
  const { problem, busy, send } = useSending();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Remove ${person.name}`}
      description={`${person.email} is signed out everywhere at once and cannot sign in any more. Their views of the fleet go too; what they did stays in the audit log. There is no way back but to add them anew.`}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send(async () => {
            await removePerson(person.id, reason.trim());
            onDone();
          });
        }}
        className="flex flex-col gap-4"
      >
        <ReasonField value={reason} suggestions={REASONS} onChange={setReason} />
        {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" disabled={busy || reason.trim() === ''}>
            Remove person
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
