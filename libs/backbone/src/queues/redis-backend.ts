import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { Cluster } from 'ioredis';
import type { RedisConnection } from '../redis/client.js';
import type { RedisClient } from '../redis/script.js';
import type { QueueBackend } from './job-queues.js';
import { queueName, workerOptions } from './worker-options.js';

const SETTLE_MS = 200;

/**
 * BullMQ's Redis backend. Adding fails soon when the server is away; workers share a client that waits for it, and
 * each has a copy of that to wait for jobs.
 */
export function redisQueueBackend(connection: RedisConnection, prefix: string): QueueBackend {
  let leaving = false;
  let shared: RedisClient | null = null;
  const copies: RedisClient[] = [];
  const patient = () => {
    shared ??= rememberCopies(
      connection.patient(() => leaving),
      copies,
    );
    return shared;
  };
  return {
    queue: (job) => new Queue(queueName(job), { connection: connection.client, prefix }),
    worker: (job, run) =>
      new Worker(queueName(job), run, { connection: patient(), prefix, ...workerOptions(job) }),
    leave: async () => {
      leaving = true;
      if (copies.length > 0) await sleep(SETTLE_MS);
      await Promise.all(copies.map(settle));
      if (shared) await lastAttempt(shared);
    },
    close: () => {
      for (const one of [...copies, ...(shared ? [shared] : [])]) one.disconnect();
      return Promise.resolve();
    },
  };
}

function rememberCopies<C extends RedisClient>(client: C, copies: RedisClient[]): C {
  const remember = <D extends RedisClient>(copy: D): D => {
    copies.push(copy);
    return copy;
  };
  if (client instanceof Cluster) {
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (...args) => remember(duplicate(...args));
  } else {
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (...args) => remember(duplicate(...args));
  }
  return client;
}

/**
 * A closing worker waits for the end of its copy's connection. When that was just about to be made again, the client
 * only drops the attempt and never tells of an end: so it makes one last attempt, after which it does.
 */
async function settle(copy: RedisClient): Promise<void> {
  if (await lastAttempt(copy)) copy.disconnect();
}

/** Whether there was one to make. When it fails, the client ends, and so does everything that waits for it. */
async function lastAttempt(client: RedisClient): Promise<boolean> {
  if (client.status !== 'reconnecting') return false;
  await client.connect().catch(() => undefined);
  return true;
}
