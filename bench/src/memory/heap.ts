import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as pause } from 'node:timers/promises';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export interface Weight {
  /** Heap in use with the breakers, less without. */
  readonly bytes: number;
  /** Timers that they keep pending. */
  readonly timers: number;
}

/** Bytes of JavaScript heap in use once all garbage is gone. */
export async function heapInUse(): Promise<number> {
  // What finalisers free in one round is gone after the next.
  for (let i = 0; i < 4; i += 1) {
    collect();
    await pause(5);
  }
  return process.memoryUsage().heapUsed;
}
