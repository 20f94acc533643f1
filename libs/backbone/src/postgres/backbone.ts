import { createPool, translate } from '@recloser/postgres';
import { ListeningBus } from '../listening-bus.js';
import { once } from '../once.js';
import type { Backbone, BackboneLog } from '../ports.js';
import { postgresQueueBackend } from '../queues/postgres-backend.js';
import { BullJobQueues } from '../queues/job-queues.js';
import { translated } from '../translated.js';
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
  const pool = createPool(databaseUrl, {
    name: `recloser:${name}`,
    max: 6,
    statementMs: 6_000,
    // All queries are short: compiling them would take longer than running them. Poolers know no settings.
    settings: databaseUrl === listenUrl ? '-c jit=off -c statement_timeout=5000' : undefined,
    onLost: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
  });
  const bus = new ListeningBus(postgresBusLink(pool, listenUrl, name), log);
  const queues = new BullJobQueues(postgresQueueBackend(listenUrl, name, log), log);
  const close = once(async () => {
    await Promise.all([queues.close(), bus.close()]);
    await pool.end();
  });
  return { signals: translated(postgresSignalStore(pool), translate), bus, queues, close };
}
