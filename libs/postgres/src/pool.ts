import pg from 'pg';
import { SafeClient, connectionConfig, type ConnectionOptions } from './client.js';
import { isSilence } from './errors.js';

export interface PoolOptions extends ConnectionOptions {
  /** Connections at most. */
  readonly max: number;
  /** Told when an idle connection is lost or dropped; the next call opens another. */
  readonly onLost?: ((error: Error) => void) | undefined;
  /** Settings of the session, such as "-c jit=off"; a pooler refuses them. */
  readonly settings?: string | undefined;
}

/**
 * A pool whose connections cannot end or hang the process. When one statement gets no answer, the idle connections are
 * dropped with it: what swallowed one has most likely swallowed all, and each would cost a time-out of its own.
 */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...connectionConfig(url, options),
    max: options.max,
    idleTimeoutMillis: 30_000,
    // A name that leads to another server after a failover is looked up anew.
    maxLifetimeSeconds: 1_800,
    Client: SafeClient,
    ...(options.settings === undefined ? {} : { options: options.settings }),
  });
  pool.on('error', (error) => options.onLost?.(error));
  const idle = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => idle.delete(client));
  pool.on('remove', (client) => idle.delete(client));
  pool.on('release', (error, client) => {
    if (!isSilence(error)) {
      // With any other error the pool removes the connection.
      if (!isError(error)) idle.add(client);
      return;
    }
    // As if the server had closed it: the pool removes an idle connection that has an error.
    for (const other of [...idle]) other.emit('error', new Error(SUSPECT));
    idle.clear();
  });
  return pool;
}

const SUSPECT = 'dropped, as another connection to the same server got no answer';

function isError(value: unknown): boolean {
  return value instanceof Error || value === true;
}
