'use client';

import { Dialog } from '@/components/ui/dialog';
import { SignInFields } from './sign-in-form';

interface SignInAgainProps {
  readonly email: string;
  readonly onSignedIn: () => Promise<void>;
}

/** Over whatever was being done: it goes on from there. */
export function SignInAgain({ email, onSignedIn }: SignInAgainProps) {
  return (
    <Dialog
      open
      onOpenChange={() => {
        location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
      }}
      title="Your session has ended"
      description="Sign in: what you were doing is still there, and goes on."
    >
      <SignInFields email={email} onSignedIn={onSignedIn} />
    </Dialog>
  );
}
