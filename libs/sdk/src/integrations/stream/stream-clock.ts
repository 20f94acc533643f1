import { nodeClock } from '../../platform/node-clock.js';

/** Monotonic ms, and timers, of the same clock as all of the SDK. */
export const { now, setTimer } = nodeClock();
