/** One thread of a run of rates: counts for the fleets that it is told, one after the other. */
import { parentPort } from 'node:worker_threads';
import { ratesOf, type RateOrder } from './rates.js';

parentPort?.on('message', (order: RateOrder) => {
  parentPort?.postMessage(ratesOf(order));
});
