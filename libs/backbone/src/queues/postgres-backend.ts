import { createPostgresBackend, Queue, Worker } from 'bullmq';
import { QUEUES_SCHEMA } from '../postgres/prepare.js';
import type { QueueBackend } from './job-queues.js';
import { queueName, workerOptions } from './worker-options.js';

/**
 * BullMQ's Postgres backend. A queue has one connection and a worker up to two and the one that listens; those that
 * are idle are closed, but for the listening ones.
 */
export function postgresQueueBackend(directUrl: string, name: string): QueueBackend {
  const connection = (max: number) => ({
    connectionString: directUrl,
    schema: QUEUES_SCHEMA,
    application_name: `recloser:${name}:queues`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    max,
  });
  return {
    queue: (job) => new Queue(queueName(job), { connection: connection(1) }, createPostgresBackend),
    worker: (job, run) =>
      new Worker(
        queueName(job),
        run,
        { connection: connection(2), ...workerOptions(job) },
        createPostgresBackend,
      ),
    leave: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
