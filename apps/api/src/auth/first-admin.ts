import type { Database } from '@recloser/db';
import { randomBytes } from 'node:crypto';
import type { Sessions } from './sessions.js';

export interface FirstAdmin {
  readonly email: string;
  /** Given, or null to have one made. */
  readonly password: string | null;
}

/** 96 random bits, easy to copy. */
export const makePassword = (): string => randomBytes(12).toString('base64url');

/**
 * Makes the administrator of an installation that has nobody yet.
 * Returns the password when it was made here: it is stored only as a hash.
 */
export async function ensureAdmin(
  db: Database,
  sessions: Sessions,
  { email, password }: FirstAdmin,
): Promise<string | null> {
  if ((await db.people.count()) > 0) return null;
  const chosen = password ?? makePassword();
  try {
    await sessions.create(
      { email: email.toLowerCase(), name: 'Administrator', role: 'admin' },
      chosen,
    );
  } catch (error) {
    // Another node that starts at the same time was first.
    if ((await db.people.count()) > 0) return null;
    throw error;
  }
  return password === null ? chosen : null;
}
