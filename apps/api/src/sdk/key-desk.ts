import type { Authentication, Keys } from '@recloser/db';
import { createHash } from 'node:crypto';

/** How long a wrong key stays wrong without asking, ms. */
const REMEMBER_MS = 10_000;
const MAX_REMEMBERED = 10_000;

interface Refusal {
  readonly answer: Authentication;
  readonly until: number;
}

/**
 * Asks whom a key belongs to, and spares the database: a fleet that comes back all at once asks for its key once, and
 * one that goes on trying with a wrong key asks every ten seconds. Right keys are never remembered, so that a revoked
 * one ends at once; nor is anybody kept out for what others at the same address do.
 */
export class KeyDesk {
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

  #remember(id: string, answer: Authentication): void {
    this.#refused.delete(id);
    this.#refused.set(id, { answer, until: this.#now() + REMEMBER_MS });
    for (const oldest of this.#refused.keys()) {
      if (this.#refused.size <= MAX_REMEMBERED) break;
      this.#refused.delete(oldest);
    }
  }
}
