import type { AuthAdapter } from '@recloser/db';
import { RecloserError, roleSchema, type User } from '@recloser/protocol';
import type { Log } from '@recloser/server';
import type { IncomingHttpHeaders } from 'node:http';
import { createAuth, type Auth } from './better-auth.js';

export interface SessionsOptions {
  readonly database: AuthAdapter;
  readonly secret: string;
  readonly publicUrl: string | null;
  readonly log: Log;
}

const SECURE_COOKIE = '__Secure-better-auth.';

/** Who is signed in. Cookies get the `__Secure-` prefix whenever the browser came over https. */
export class Sessions {
  readonly #plain: Auth;
  readonly #secure: Auth;
  readonly #alwaysSecure: boolean;

  constructor(options: SessionsOptions) {
    const { publicUrl, ...shared } = options;
    this.#plain = createAuth({ ...shared, secure: false });
    this.#secure = createAuth({ ...shared, secure: true });
    this.#alwaysSecure = publicUrl?.startsWith('https:') ?? false;
  }

  /** Answers one of better-auth's own endpoints. @throws RecloserError unavailable */
  async handle(request: Request): Promise<Response> {
    const https = this.#alwaysSecure || new URL(request.url).protocol === 'https:';
    try {
      return await (https ? this.#secure : this.#plain).handler(request);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** The signed-in person, with the role as it is now, or null. @throws RecloserError unavailable */
  async userOf({ cookie }: IncomingHttpHeaders): Promise<User | null> {
    if (cookie === undefined) return null;
    const secure = this.#alwaysSecure || cookie.includes(SECURE_COOKIE);
    const auth = secure ? this.#secure : this.#plain;
    const headers = new Headers({ cookie });
    const query = { disableRefresh: true };
    // Only a store that does not answer makes it fail: a cookie that is no good has no session.
    const session = await auth.api.getSession({ headers, query }).catch((error: unknown) => {
      throw unavailable(error);
    });
    if (!session) return null;
    const { id, email, name, role } = session.user;
    return { id, email, name, role: roleSchema.parse(role) };
  }

  /** Adds a person who can sign in with this password. */
  async create(person: Omit<User, 'id'>, password: string): Promise<User> {
    const { internalAdapter, password: passwords } = await this.#plain.$context;
    const hash = await passwords.hash(password);
    const { id } = await internalAdapter.createUser({ ...person, emailVerified: false });
    await internalAdapter.linkAccount({
      userId: id,
      accountId: id,
      providerId: 'credential',
      password: hash,
    });
    return { ...person, id };
  }

  /** Replaces a person's password, and signs them out everywhere. */
  async setPassword(userId: string, password: string): Promise<void> {
    const { internalAdapter, password: passwords } = await this.#plain.$context;
    await internalAdapter.updatePassword(userId, await passwords.hash(password));
    await internalAdapter.deleteUserSessions(userId);
  }
}

const unavailable = (cause: unknown): RecloserError =>
  new RecloserError('unavailable', 'Signing in does not work now. Try again.', {}, cause);
