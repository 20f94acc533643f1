import { Pool } from 'pg';
import { ListeningBus } from '../listening-bus.js';
import { once } from '../once.js';
import type { Backbone, BackboneLog } from '../ports.js';
import { postgresQueueBackend } from '../queues/postgres-backend.js';
import { BullJobQueues } from '../queues/job-queues.js';
import { postgresBusLink } from './bus-link.js';
import { ensurePrepared } from './prepare.js';
import { postgresSignalStore } from './signal-store.js';

export interface PostgresBackboneOptions {
  readonly databaseUrl: string;
  readonly listenUrl: string;
  readonly name: string;
  readonly log: BackboneLog;
}

/** All three ports on Postgres. Creates its tables when they are missing and the role may. */
export async function connectPostgres(options: PostgresBackboneOptions): Promise<Backbone> {
  const { databaseUrl, listenUrl, name, log } = options;
  await ensurePrepared(listenUrl);
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: `recloser:${name}`,
    max: 6,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 5_000,
    query_timeout: 6_000,
    // All queries are short: compiling them would take longer than running them. Poolers know no options.
    ...(databaseUrl === listenUrl ? { options: '-c jit=off' } : {}),
  });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  const bus = new ListeningBus(postgresBusLink(pool, listenUrl, name), log);
  const queues = new BullJobQueues(postgresQueueBackend(listenUrl, name), log);
  const close = once(async () => {
    await Promise.all([queues.close(), bus.close()]);
    await pool.end();
  });
  return { signals: postgresSignalStore(pool), bus, queues, close };
}
