import { RecloserError } from '@recloser/protocol';

/** A fleet is read many times a second: who watches the log is told of a row this often. */
const TELL_EVERY_MS = 60_000;
const ROWS = 1_000;

/**
 * Reads many rows at once. One that cannot be read, say as a newer version wrote it, must not take the others' decisions,
 * snapshots and windows with it: it is left out, and told.
 */
export class RowReader {
  readonly #reported = new Map<string, number>();

  /** @param onUnreadable told of each row at most once a minute, with `corrupt_row` */
  constructor(private readonly onUnreadable: (error: RecloserError) => void) {}

  /** @param readRow throws `corrupt_row` */
  read<Row, T>(rows: readonly Row[], readRow: (row: Row) => T): T[] {
    const found: T[] = [];
    for (const row of rows) {
      try {
        found.push(readRow(row));
      } catch (error) {
        if (!(error instanceof RecloserError)) throw error;
        this.#report(error);
      }
    }
    return found;
  }

  #report(error: RecloserError): void {
    const now = performance.now();
    const told = this.#reported.get(error.message);
    if (told !== undefined && now - told < TELL_EVERY_MS) return;
    if (this.#reported.size >= ROWS) this.#reported.clear();
    this.#reported.set(error.message, now);
    this.onUnreadable(error);
  }
}
