import { read } from './signals/read.js';
import { RecloserOptionError } from './errors.js';
import type { Recloser } from './recloser.js';

/** What marks an SDK of whichever copy of this package, with what may be expected of it. */
export const RECLOSER = Symbol.for('recloser.sdk');
/** Raised with what adapters need of an SDK of another copy. */
export const LEVEL = 1;

/**
 * Makes sure that an adapter was given an SDK that it can use, of whichever copy of this package: the CommonJS one beside
 * the ES module, or one that another package brought.
 * @throws RecloserOptionError
 */
export function demandRecloser(value: unknown): asserts value is Recloser {
  if (Number(read(value, RECLOSER)) >= LEVEL) return;
  throw new RecloserOptionError(
    'recloser',
    value,
    'a Recloser of this version of @recloser/sdk or a newer one (`npm ls @recloser/sdk` shows copies)',
  );
}
