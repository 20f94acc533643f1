import { RecloserError } from '@recloser/protocol';
import { readBreaker } from './breaker-row.js';
import type { LoadedBreaker } from './model.js';

/** A fleet is read many times a second: who watches the log is told of a row this often. */
const TELL_EVERY_MS = 60_000;
const ROWS = 1_000;

/**
 * Reads many breakers at once. One row that cannot be read must not take the others' decisions and snapshots with it:
 * it is left out, so that its callers are treated like those of a breaker nobody knows, and told.
 */
export class BreakerReader {
  readonly #told = new Map<string, number>();

  /** @param onUnreadable told of each row at most once a minute, with `corrupt_row` */
  constructor(private readonly onUnreadable: (error: RecloserError) => void) {}

  read(rows: readonly Record<string, unknown>[]): LoadedBreaker[] {
    const breakers: LoadedBreaker[] = [];
    for (const row of rows) {
      try {
        breakers.push(readBreaker(row));
      } catch (error) {
        if (!(error instanceof RecloserError)) throw error;
        this.#tell(error);
      }
    }
    return breakers;
  }

  #tell(error: RecloserError): void {
    const now = performance.now();
    const told = this.#told.get(error.message);
    if (told !== undefined && now - told < TELL_EVERY_MS) return;
    if (this.#told.size >= ROWS) this.#told.clear();
    this.#told.set(error.message, now);
    this.onUnreadable(error);
  }
}
