'use client';

import { LoaderCircle } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field, Input } from '@/components/ui/field';
import { textOf } from '@/lib/form';
import { ApiError, messageOf } from '@/lib/problem';
import { signIn } from '../api/session';

function explain(error: unknown): string {
  if (error instanceof ApiError && error.status === 429) {
    return 'Too many attempts. Wait a minute, then try again.';
  }
  if (error instanceof ApiError && (error.status === 401 || error.status === 400)) {
    return 'E-mail and password do not match. Check both, or ask an admin for a new password.';
  }
  return messageOf(error);
}

interface SignInFieldsProps {
  /** Filled in already, when it is known who was here. */
  readonly email?: string;
  readonly onSignedIn: () => void | Promise<void>;
}

export function SignInFields({ email, onSignedIn }: SignInFieldsProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      const password = form.get('password');
      await signIn(textOf(form, 'email'), typeof password === 'string' ? password : '');
      await onSignedIn();
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  }

  return (
    <form
      // Without script nothing is sent to an address with the password in it.
      method="post"
      onSubmit={(event) => void submit(event)}
      className="flex flex-col gap-4"
    >
      <Field label="E-mail">
        {(ids) => (
          <Input
            {...ids}
            name="email"
            type="email"
            autoComplete="username"
            required
            defaultValue={email}
            autoFocus={email === undefined}
            className="h-10 text-base"
          />
        )}
      </Field>
      <Field label="Password">
        {(ids) => (
          <Input
            {...ids}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            autoFocus={email !== undefined}
            className="h-10 text-base"
          />
        )}
      </Field>
      <Button type="submit" variant="solid" size="lg" disabled={busy} className="mt-1 w-full">
        {busy ? <LoaderCircle size={16} className="animate-spin" aria-hidden /> : null}
        {busy ? 'Signing in…' : 'Sign in'}
      </Button>
      {/* Below the button and with its room kept, so that nothing moves when it comes. */}
      <div className="min-h-16">
        {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
      </div>
    </form>
  );
}

/** `next`: where to go after; already checked to be a path on this site. */
export function SignInForm({ next }: { readonly next: string }) {
  return (
    <SignInFields
      onSignedIn={() => {
        location.assign(next);
      }}
    />
  );
}
