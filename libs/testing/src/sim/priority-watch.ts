import { cohortBucket, type BreakerView, type PRIORITIES } from '@recloser/core';
import type { CallRecord } from './instance.js';

type Priority = (typeof PRIORITIES)[number];
/** From the first that is let in to the last. */
const ORDER = ['critical', 'default', 'batch'] as const satisfies readonly Priority[];

/** What one change of the log did with the accounts of one priority. */
interface Seen {
  /** The largest bucket that was let in, and the smallest that was not. */
  admitted: number;
  rejected: number;
}

/** Finds a call that was let in although a more important one at the same place was not, under the same change. */
export class PriorityWatch {
  readonly #seen = new Map<string, Seen>();

  /** In words what is wrong; null: nothing. */
  call(
    { seq, account, admitted, priority = 'default' }: CallRecord,
    view: BreakerView,
  ): string | null {
    if (seq === null) return null;
    const bucket = cohortBucket(view.salt, account);
    const own = this.#of(seq, priority);
    if (admitted) own.admitted = Math.max(own.admitted, bucket);
    else own.rejected = Math.min(own.rejected, bucket);
    for (const [index, higher] of ORDER.entries()) {
      const lower = ORDER[index + 1];
      if (lower === undefined) break;
      const [above, below] = [this.#of(seq, higher), this.#of(seq, lower)];
      if (above.rejected > below.admitted) continue;
      return `at seq ${seq} ${higher} ${above.rejected} was rejected, and ${lower} ${below.admitted} admitted`;
    }
    return null;
  }

  #of(seq: number, priority: Priority): Seen {
    const key = `${seq} ${priority}`;
    let seen = this.#seen.get(key);
    if (seen === undefined) {
      seen = { admitted: -1, rejected: Infinity };
      this.#seen.set(key, seen);
    }
    return seen;
  }
}
