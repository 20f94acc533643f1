import type { Refusal } from './send.js';

/** An event that its receiver refuses for good is set aside after so many tries. */
const TRIES_REFUSED = 3;
/** One that fails otherwise is set aside after so many, and only when the receiver takes the next one. */
const TRIES_FAILED = 5;

/** The receiver has read the message and will never take it: the fault is in this message. */
const FOR_GOOD: ReadonlySet<number> = new Set([400, 406, 409, 411, 413, 414, 415, 422, 431]);

/** What becomes of an event that was not taken. */
export type AfterRefusal = 'retry' | 'set-aside' | 'try-next' | 'stop';

/**
 * What to do after `tries` failed attempts at one event, the last with `refusal`. Other answers than those above may be
 * an outage or a wrong address, from which nothing is lost, or a receiver that fails on this one message: only the
 * next message tells them apart.
 */
export function afterRefusal({ status }: Refusal, tries: number): AfterRefusal {
  if (status === 410) return 'stop';
  if (status !== null && FOR_GOOD.has(status))
    return tries >= TRIES_REFUSED ? 'set-aside' : 'retry';
  return tries >= TRIES_FAILED ? 'try-next' : 'retry';
}
