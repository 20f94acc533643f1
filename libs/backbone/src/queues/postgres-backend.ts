import { createPool } from '@recloser/postgres';
import { createPostgresBackend, Queue, Worker } from 'bullmq';
import { QUEUES_SCHEMA } from '../postgres/prepare.js';
import type { BackboneLog } from '../ports.js';
import type { QueueBackend } from './job-queues.js';
import { queueName, workerOptions } from './worker-options.js';

type Connection = Parameters<typeof createPostgresBackend>[1]['connection'];

/**
 * BullMQ's Postgres backend. All queues and workers of a process share one pool; each worker keeps one connection of it
 * to listen. BullMQ's own pools would have neither time-outs nor anybody who hears of a connection that is lost.
 */
export function postgresQueueBackend(
  directUrl: string,
  name: string,
  log: BackboneLog,
): QueueBackend {
  const pool = createPool(directUrl, {
    name: `recloser:${name}:queues`,
    max: 16,
    statementMs: 6_000,
    settings: `-c search_path=${QUEUES_SCHEMA}`,
    onLost: (error) => log.warn({ err: error }, 'a database connection of the queues was lost'),
  });
  // Each queue and worker listens to it for as long as the process lives.
  pool.setMaxListeners(0);
  // Its types are a subset of pg's, narrower in one place: rows are any there.
  const connection = pool as Connection;
  return {
    queue: (job) => new Queue(queueName(job), { connection }, createPostgresBackend),
    worker: (job, run) =>
      new Worker(queueName(job), run, { connection, ...workerOptions(job) }, createPostgresBackend),
    leave: () => Promise.resolve(),
    close: () => pool.end(),
  };
}
