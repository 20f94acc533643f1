import type { Person } from '@recloser/protocol';
import { Dialog } from '@/components/ui/dialog';
import { ReasonForm } from '@/features/actions/components/reason-form';
import { useSending } from '@/lib/use-sending';
import { removePerson } from '../api/people';

const REASONS = ['Has left', 'Needs no access any more'];

interface RemovePersonDialogProps {
  readonly person: Person;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function RemovePersonDialog({ person, onDone, onClose }: RemovePersonDialogProps) {
  const { problem, busy, send } = useSending();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Remove ${person.name}`}
      description={`${person.email} is signed out everywhere at once and cannot sign in any more. Their views of the fleet go too; what they did stays in the audit log. There is no way back but to add them anew.`}
    >
      <ReasonForm
        suggestions={REASONS}
        label="Remove person"
        busy={busy}
        problem={problem}
        onSend={(reason) => {
          void send(async () => {
            await removePerson(person.id, reason);
            onDone();
          });
        }}
        onClose={onClose}
      />
    </Dialog>
  );
}
