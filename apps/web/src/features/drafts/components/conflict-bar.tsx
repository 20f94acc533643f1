import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';

/** After "take theirs": what was typed is still there. */
export function ConflictBar({ onBringBack }: { readonly onBringBack: () => void }) {
  return (
    <Callout
      className="mb-4"
      action={
        <Button size="sm" onClick={onBringBack}>
          Bring it back
        </Button>
      }
    >
      This is theirs. What you had typed is put aside until you save or leave the page.
    </Callout>
  );
}
