import { ROLES } from '@recloser/core';
import type { AuthAdapter } from '@recloser/db';
import type { Log } from '@recloser/server';
import { betterAuth } from 'better-auth';

const HOUR_S = 3_600;
const MIN_PASSWORD_LENGTH = 10;

export interface AuthOptions {
  readonly database: AuthAdapter;
  readonly secret: string;
  /** Cookies that browsers send over https only. */
  readonly secure: boolean;
  readonly log: Log;
}

/** Sign-in by e-mail and password. Nobody signs up: an administrator adds people. */
export function createAuth({ database, secret, secure, log }: AuthOptions) {
  return betterAuth({
    appName: 'Recloser',
    basePath: '/v1/auth',
    secret,
    database,
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: 128,
    },
    user: {
      additionalFields: {
        role: { type: [...ROLES], input: false, required: true, defaultValue: 'viewer' },
      },
    },
    session: { expiresIn: 7 * 24 * HOUR_S, updateAge: 24 * HOUR_S },
    // Every request that can change something has passed our own same-origin check, which also knows of proxies.
    advanced: { useSecureCookies: secure, disableCSRFCheck: true },
    // Ours counts failures only, per address and per person: see sign-in-limits.ts.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // Otherwise what it did not foresee goes to the standard error stream, past the log.
    onAPIError: { throw: true },
    // Wrong passwords are no errors of ours, and its messages carry e-mail addresses.
    logger: { log: (level, message) => log.debug({ authLevel: level }, message) },
  });
}

export type Auth = ReturnType<typeof createAuth>;
