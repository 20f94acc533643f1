/** One thread of a run of rates: counts what it is told, one order after the other. */
import { parentPort } from 'node:worker_threads';
import { type RateOrder, ratesOf } from './rates.js';

parentPort?.on('message', (order: RateOrder) => {
  parentPort?.postMessage(ratesOf(order));
});
