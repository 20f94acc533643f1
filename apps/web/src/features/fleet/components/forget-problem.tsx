'use client';

import { Button } from '@/components/ui/button';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { messageOf } from '@/lib/problem';

interface ForgetProblemProps {
  readonly name: string;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly onClose: () => void;
}

/** A view that was to be forgotten is still there. */
export function ForgetProblem({ name, error, onRetry, onClose }: ForgetProblemProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`“${name}” is still there`}
      description={messageOf(error)}
    >
      <DialogFooter>
        <Button onClick={onClose}>Leave it</Button>
        <Button variant="solid" onClick={onRetry}>
          Try again
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
