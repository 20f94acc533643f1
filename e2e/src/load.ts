import type { Breaker } from '@recloser/sdk';

export interface Load {
  /** From now on this share of the calls fails, 0…1. */
  fail(share: number): void;
  stop(): void;
}

const EVERY_MS = 40;
const ACCOUNTS = 4_000;

/** Steady calls of many accounts through one breaker of several instances. */
export function startLoad(breakers: readonly Breaker[]): Load {
  let failing = 0.003;
  const callOnce = (breaker: Breaker) => {
    const accountId = `acct_${Math.floor(Math.random() * ACCOUNTS)}`;
    const answer = () =>
      Math.random() < failing ? Promise.reject(new Error('503')) : Promise.resolve(true);
    void breaker.protect(answer, { accountId }).catch(() => undefined);
  };
  const timer = setInterval(() => {
    for (const breaker of breakers) callOnce(breaker);
  }, EVERY_MS);
  return {
    fail: (share) => {
      failing = share;
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
