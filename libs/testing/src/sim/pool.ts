import { Worker } from 'node:worker_threads';

/**
 * Has threads that run `script` take turns with the orders; `onResult` hears of the results in any order. A thread is told an
 * order and answers with its result; `next` is null when there are no more.
 * @throws Error what an order has thrown
 */
export async function runOrders(
  script: URL,
  next: () => object | null,
  jobs: number,
  onResult: (result: unknown) => void,
): Promise<void> {
  const threads = Array.from({ length: jobs }, () => runThread(script, next, onResult));
  await Promise.all(threads);
}

async function runThread(
  script: URL,
  next: () => object | null,
  onResult: (result: unknown) => void,
): Promise<void> {
  const worker = new Worker(script);
  try {
    await new Promise<void>((resolve, reject) => {
      const order = (): void => {
        const own = next();
        if (own === null) resolve();
        else worker.postMessage(own);
      };
      worker.on('message', (result: unknown) => {
        onResult(result);
        order();
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`A thread has ended with code ${code}.`)));
      order();
    });
  } finally {
    await worker.terminate();
  }
}
