import { Button } from '@/components/ui/button';
import { DialogFooter } from '@/components/ui/dialog';
import { showBothVersions } from '../show-both-versions';

interface EditFooterProps {
  /** What saving is called. */
  readonly label: string;
  readonly ready: boolean;
  /** Somebody else has saved: both versions are looked at first. */
  readonly overtaken: boolean;
  readonly onClose: () => void;
}

/** The ways out of a dialog that edits what others may edit, too. */
export function EditFooter({ label, ready, overtaken, onClose }: EditFooterProps) {
  return (
    <DialogFooter>
      <Button onClick={onClose}>Cancel</Button>
      {overtaken ? (
        <Button variant="solid" onClick={showBothVersions}>
          See both versions
        </Button>
      ) : (
        <Button type="submit" variant="solid" disabled={!ready}>
          {label}
        </Button>
      )}
    </DialogFooter>
  );
}
