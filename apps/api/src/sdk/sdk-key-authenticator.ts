import type { Authentication, KeyHolder, Keys } from '@recloser/db';
import { RecloserError } from '@recloser/protocol';
import { bearerToken } from '@recloser/server';
import { createHash } from 'node:crypto';

/** How long a wrong key stays wrong without asking, ms. */
const REMEMBER_MS = 10_000;
const MAX_REMEMBERED = 10_000;

const NO_KEY = { ok: false, code: 'invalid_key' } as const;

/** The environment that a key lets in, as a node names it. */
export function environmentOf({ environmentId: id, environment, projectKey }: KeyHolder) {
  return { id, project: projectKey, ...environment };
}

interface Refusal {
  readonly answer: Authentication;
  readonly until: number;
}

/**
 * Asks whom a key belongs to, and spares the database: a fleet that comes back all at once asks for its key once, and
 * one that goes on trying with a wrong key asks every ten seconds. Right keys are never remembered, so that a revoked
 * one ends at once; nor is anybody kept out for what others at the same address do.
 */
export class SdkKeyAuthenticator {
  readonly #keys: Pick<Keys, 'authenticate'>;
  readonly #now: () => number;
  readonly #asking = new Map<string, Promise<Authentication>>();
  readonly #refused = new Map<string, Refusal>();

  constructor(keys: Pick<Keys, 'authenticate'>, now: () => number) {
    this.#keys = keys;
    this.#now = now;
  }

  async ask(key: string): Promise<Authentication> {
    const id = createHash('sha256').update(key).digest('base64');
    const refusal = this.#refused.get(id);
    if (refusal && refusal.until > this.#now()) return refusal.answer;
    const asking = this.#asking.get(id) ?? this.#keys.authenticate(key);
    this.#asking.set(id, asking);
    try {
      const answer = await asking;
      if (!answer.ok) this.#remember(id, answer);
      return answer;
    } finally {
      this.#asking.delete(id);
    }
  }

  /**
   * Whom the key of an Authorization header belongs to.
   * @throws RecloserError invalid_key, key_revoked
   */
  async holder(authorization: string | undefined): Promise<KeyHolder> {
    const key = bearerToken(authorization);
    const result = key === null ? NO_KEY : await this.ask(key);
    if (result.ok) return result.holder;
    throw new RecloserError(
      result.code,
      result.code === 'key_revoked'
        ? 'This SDK key was revoked. Create another in the console under Keys.'
        : 'Send a valid SDK key as "Authorization: Bearer rk_…". The console makes one under Keys.',
    );
  }

  #remember(id: string, answer: Authentication): void {
    this.#refused.delete(id);
    this.#refused.set(id, { answer, until: this.#now() + REMEMBER_MS });
    for (const oldest of this.#refused.keys()) {
      if (this.#refused.size <= MAX_REMEMBERED) break;
      this.#refused.delete(oldest);
    }
  }
}
