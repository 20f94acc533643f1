/** One thread of a run of seeds: simulates those that it is told, one after the other. */
import { parentPort } from 'node:worker_threads';
import { type SeedOrder, simulateOrder } from './seeds.js';

parentPort?.on('message', (order: SeedOrder) => {
  void simulateOrder(order).then((result) => {
    parentPort?.postMessage(result);
  });
});
