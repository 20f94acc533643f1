import { Injectable } from '@nestjs/common';
import { RecloserError } from '@recloser/protocol';
import { addressGroup } from '../common/address-group.js';
import { AttemptLimiter } from '../common/attempts.js';

const WINDOW_MS = 5 * 60_000;

/**
 * Failed passwords: few for one person from one address, more for the address. Many addresses together have a hundred for
 * one person; from then on each has only three, so that they find nothing out, and the person, who comes from an address of
 * his own, still gets in.
 */
@Injectable()
export class SignInLimits {
  readonly #limits = {
    pair: new AttemptLimiter(10, WINDOW_MS),
    address: new AttemptLimiter(50, WINDOW_MS),
  };
  readonly #person = new AttemptLimiter(100, WINDOW_MS);
  /** Counts with the pair, but holds only for a person whom many addresses try. */
  readonly #underAttack = new AttemptLimiter(3, WINDOW_MS);
  readonly #changes = new AttemptLimiter(10, WINDOW_MS);

  /**
   * Call before the password is checked: an attempt counts as failed until it has succeeded, so that many at once do
   * not slip through.
   * @throws RecloserError too_many_requests
   */
  begin(address: string, email: string, now: number): void {
    const person = email.toLowerCase();
    const attacked = this.#person.waitMs(person, now) > 0;
    const limits = this.#each(address, email);
    const asked = attacked ? limits : limits.filter(([limit]) => limit !== this.#underAttack);
    refuseFor(Math.max(...asked.map(([limit, key]) => limit.waitMs(key, now))));
    this.#person.failed(person, now);
    for (const [limit, key] of limits) limit.failed(key, now);
  }

  succeeded(address: string, email: string): void {
    this.#person.forgive(email.toLowerCase());
    for (const [limit, key] of this.#each(address, email)) limit.forgive(key);
    this.#limits.pair.forget(pairOf(address, email));
    this.#underAttack.forget(pairOf(address, email));
  }

  /**
   * The same for somebody who is signed in and gives the present password to change it.
   * @throws RecloserError too_many_requests
   */
  beginChange(userId: string, now: number): void {
    refuseFor(this.#changes.waitMs(userId, now));
    this.#changes.failed(userId, now);
  }

  changed(userId: string): void {
    this.#changes.forget(userId);
  }

  #each(address: string, email: string): [AttemptLimiter, string][] {
    const pair = pairOf(address, email);
    return [
      [this.#limits.pair, pair],
      [this.#underAttack, pair],
      [this.#limits.address, addressGroup(address)],
    ];
  }
}

function refuseFor(waitMs: number): void {
  if (waitMs <= 0) return;
  throw new RecloserError(
    'too_many_requests',
    `Too many wrong passwords. Try again in ${Math.ceil(waitMs / 1_000)} seconds.`,
    { retryAfterMs: Math.ceil(waitMs) },
  );
}

const pairOf = (address: string, email: string): string =>
  `${addressGroup(address)} ${email.toLowerCase()}`;
