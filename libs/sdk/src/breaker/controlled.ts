import { type CoarseClock } from '../signals/coarse-clock.js';
import { type BreakerRuntime } from './breaker-runtime.js';

/** What a program's control of a breaker works on, also that of another copy of this package. */
export const RUNTIME = Symbol.for('recloser.runtime');

export interface ControlledBreaker {
  readonly runtime: BreakerRuntime;
  readonly clock: CoarseClock;
}
