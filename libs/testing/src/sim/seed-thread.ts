/** One thread of a run of seeds: simulates those that it is told, one after the other. */
import { parentPort } from 'node:worker_threads';
import type { SeedOrder } from './seeds.js';
import { simulate } from './simulation.js';

parentPort?.on('message', (order: SeedOrder) => {
  void simulate(order).then((result) => {
    parentPort?.postMessage(result);
  });
});
