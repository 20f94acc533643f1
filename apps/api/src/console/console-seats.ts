import { TokenBucket } from '@recloser/hub';
import { RecloserError } from '@recloser/protocol';

/** Connections of one person at one node: a tab has one. */
const SEATS = 100;
/** Connections that one person may open: all tabs come back at once after a restart. */
const RATE = { perSecond: 5, burst: 100 };

interface Seats {
  taken: number;
  readonly rate: TokenBucket;
}

/** Bounds how many connections each person has, and how fast they come. */
export class ConsoleSeats {
  readonly #people = new Map<string, Seats>();

  /** @throws RecloserError too_many_requests */
  take(person: string, now: number): void {
    const seats = this.#people.get(person) ?? {
      taken: 0,
      rate: new TokenBucket(RATE.perSecond, RATE.burst, now),
    };
    this.#people.set(person, seats);
    if (seats.taken >= SEATS || !seats.rate.take(now)) {
      const message = `You have too many consoles open: ${SEATS} at a time. Close some tabs.`;
      throw new RecloserError('too_many_requests', message, { retryAfterMs: 5_000 });
    }
    seats.taken += 1;
  }

  leave(person: string): void {
    const seats = this.#people.get(person);
    if (seats) seats.taken -= 1;
  }
}
