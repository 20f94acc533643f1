/** What the examples in the documentation take for granted: the names that a block may use without saying whence. */
import { Recloser } from '../recloser.js';
import { type Breaker } from '../breaker/breaker.js';

export interface Payload {
  readonly accountId: string;
  readonly amount: number;
}

export const recloser = new Recloser({ connect: false });
export const stripe: Breaker = recloser.breaker('stripe');
export const accountId = 'ada';
export const user = { accountId, plan: 'pro' };
export const payload: Payload = { accountId, amount: 4200 };

export function charge(
  { amount }: Payload,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<string> {
  signal?.throwIfAborted();
  return Promise.resolve(`charged ${amount}`);
}

export function sayTryLater(afterMs: number | null): void {
  console.log(`Try again in ${afterMs ?? 'a few'} ms`);
}
