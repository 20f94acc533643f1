'use client';

import type { Role } from '@recloser/core';
import type { User } from '@recloser/protocol';
import { createContext, type ReactNode, useContext } from 'react';

const SessionContext = createContext<User | null>(null);

export function SessionProvider({
  user,
  children,
}: {
  readonly user: User;
  readonly children: ReactNode;
}) {
  return <SessionContext value={user}>{children}</SessionContext>;
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
