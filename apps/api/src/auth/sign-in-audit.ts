import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@recloser/db';
import { DATABASE } from '../common/tokens.js';

/** Sign-ins stand in the system's audit chain. */
@Injectable()
export class SignInAudit {
  readonly #db: Database;

  constructor(@Inject(DATABASE) db: Database) {
    this.#db = db;
  }

  async signedIn(email: string): Promise<void> {
    await this.#append(email, 'auth.signed_in');
  }

  /** Bounded by the limit on failed sign-ins. */
  async refused(email: string): Promise<void> {
    await this.#append(email, 'auth.refused');
  }

  /** Somebody who is signed in gave a wrong present password. Bounded by the limit on those. */
  async changeRefused(email: string): Promise<void> {
    await this.#append(email, 'auth.change_refused');
  }

  async passwordChanged(email: string): Promise<void> {
    await this.#append(email, 'auth.changed_password');
  }

  async #append(email: string, action: string): Promise<void> {
    const actor = { kind: 'user', id: null, name: email.toLowerCase() } as const;
    await this.#db.audit.appendSystem(actor, { action });
  }
}
