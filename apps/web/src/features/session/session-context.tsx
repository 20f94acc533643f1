'use client';

import type { Role } from '@recloser/core';
import type { User } from '@recloser/protocol';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { lazyPart, usePrefetch } from '@/lib/lazy-part';
import { guardSession, SIGNED_IN_EVENT } from '@/lib/session-guard';
import { whoAmI } from './api/session';

const SessionContext = createContext<User | null>(null);

const SignInAgain = lazyPart(() =>
  import('./components/sign-in-again').then((module) => module.SignInAgain),
);
const PREFETCHED = [SignInAgain];

interface SessionProviderProps {
  readonly user: User;
  readonly children: ReactNode;
}

/** Who is signed in; asks them to sign in again when the session ends, over the page as it stands. */
export function SessionProvider({ user: first, children }: SessionProviderProps) {
  const [user, setUser] = useState(first);
  const [renewed, setRenewed] = useState<(() => void) | null>(null);
  useEffect(
    () =>
      guardSession(
        () =>
          new Promise((resolve) => {
            setRenewed(() => resolve);
          }),
      ),
    [],
  );
  usePrefetch(PREFETCHED);
  return (
    <SessionContext value={user}>
      {children}
      {renewed === null ? null : (
        <SignInAgain
          email={user.email}
          onSignedIn={async () => {
            setUser(await whoAmI());
            setRenewed(null);
            renewed();
            dispatchEvent(new Event(SIGNED_IN_EVENT));
          }}
        />
      )}
    </SessionContext>
  );
}

export function useUser(): User {
  const user = useContext(SessionContext);
  if (user === null) throw new Error('The session is used outside of a signed-in page.');
  return user;
}

const ORDER: readonly Role[] = ['viewer', 'operator', 'admin'];

/** True when the signed-in person has this role or a higher one. The API decides; this only keeps the page honest. */
export function useMay(role: Role): boolean {
  return ORDER.indexOf(useUser().role) >= ORDER.indexOf(role);
}
