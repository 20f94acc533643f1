import { RecloserError } from '@recloser/protocol';
import { AttemptLimiter } from '../common/attempts.js';

const WINDOW_MS = 5 * 60_000;

/**
 * Failed sign-ins: few for one person from one address, more for the address. A person is not locked out by
 * somebody else's attempts from elsewhere before a hundred of them in five minutes.
 */
export class SignInLimits {
  readonly #limits = {
    pair: new AttemptLimiter(10, WINDOW_MS),
    address: new AttemptLimiter(50, WINDOW_MS),
    person: new AttemptLimiter(100, WINDOW_MS),
  };

  /**
   * Call before the password is checked: an attempt counts as failed until it has succeeded, so that many at once do
   * not slip through.
   * @throws RecloserError too_many_requests
   */
  begin(address: string, email: string, now: number): void {
    const limits = this.#each(address, email);
    const waitMs = Math.max(...limits.map(([limit, key]) => limit.waitMs(key, now)));
    if (waitMs > 0) {
      throw new RecloserError(
        'too_many_requests',
        `Too many failed sign-ins. Try again in ${Math.ceil(waitMs / 1_000)} seconds.`,
        { retryAfterMs: Math.ceil(waitMs) },
      );
    }
    for (const [limit, key] of limits) limit.failed(key, now);
  }

  succeeded(address: string, email: string): void {
    for (const [limit, key] of this.#each(address, email)) limit.forgive(key);
    this.#limits.pair.forget(pairOf(address, email));
  }

  #each(address: string, email: string): [AttemptLimiter, string][] {
    const person = email.toLowerCase();
    return [
      [this.#limits.pair, pairOf(address, person)],
      [this.#limits.address, address],
      [this.#limits.person, person],
    ];
  }
}

const pairOf = (address: string, email: string): string => `${address} ${email.toLowerCase()}`;
