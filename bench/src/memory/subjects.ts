import { setTimeout as pause } from 'node:timers/promises';
import { cockatielOf, opossumOf } from '../local/peers.js';
import { connected, viewOf } from '../local/plane.js';

/** Holds what was made, and how to end it. */
export interface Held {
  readonly breakers: readonly unknown[];
  close(): Promise<void> | void;
}

export interface Subject {
  readonly name: string;
  /** Makes so many breakers, connected and used as the name says. */
  readonly make: (count: number) => Promise<Held>;
}

const fn = (): Promise<number> => Promise.resolve(1);
const keyOf = (index: number): string => `service/dependency-${index}`;
const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function sdkWith(count: number) {
  const recloser = connected(indices(count).map((index) => viewOf(keyOf(index))));
  await recloser.ready({ timeoutMs: 5_000 });
  return recloser;
}

export const SUBJECTS: readonly Subject[] = [
  {
    name: 'recloser, known',
    make: async (count) => {
      const recloser = await sdkWith(count);
      return { breakers: [recloser], close: () => recloser.close() };
    },
  },
  {
    name: 'recloser, in the code',
    make: async (count) => {
      const recloser = await sdkWith(count);
      const breakers = indices(count).map((index) => recloser.breaker(keyOf(index)));
      return { breakers, close: () => recloser.close() };
    },
  },
  {
    name: 'recloser, called',
    make: async (count) => {
      const recloser = await sdkWith(count);
      const breakers = indices(count).map((index) => recloser.breaker(keyOf(index)));
      for (const breaker of breakers) await breaker.protect(fn);
      // Until all that was counted has been sent.
      await pause(1_500);
      return { breakers, close: () => recloser.close() };
    },
  },
  {
    name: 'opossum, in the code',
    make: (count) => {
      const breakers = indices(count).map(() => opossumOf(fn, 1_000));
      return Promise.resolve({
        breakers,
        close: () => {
          for (const breaker of breakers) breaker.shutdown();
        },
      });
    },
  },
  {
    name: 'cockatiel, in the code',
    make: (count) =>
      Promise.resolve({
        breakers: indices(count).map(() => cockatielOf(null)),
        close: () => undefined,
      }),
  },
];
