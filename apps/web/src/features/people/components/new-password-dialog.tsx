import type { Person } from '@recloser/protocol';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Secret } from '@/features/keys/components/secret';
import { useSending } from '@/lib/use-sending';
import { renewPassword } from '../api/people';

interface NewPasswordDialogProps {
  readonly person: Person;
  readonly onClose: () => void;
}

/** For who has forgotten theirs, or whose may be known to others. */
export function NewPasswordDialog({ person, onClose }: NewPasswordDialogProps) {
  const [password, setPassword] = useState<string | null>(null);
  const { problem, busy, send } = useSending();
  const renew = () =>
    send(async () => {
      setPassword(await renewPassword(person.id));
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`New password for ${person.name}`}
      description={
        password === null
          ? 'The old one stops working, and they are signed out everywhere.'
          : `Give it to ${person.email}. They can change it in their menu.`
      }
    >
      {password === null ? null : <Secret secret={password} what="password" />}
      {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      <DialogFooter>
        {password === null ? (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="solid" disabled={busy} onClick={() => void renew()}>
              Make a new password
            </Button>
          </>
        ) : (
          <Button variant="solid" onClick={onClose}>
            Done
          </Button>
        )}
      </DialogFooter>
    </Dialog>
  );
}
