import pg from 'pg';

/** Longest time of one attempt to connect, ms. */
const CONNECT_MS = 5_000;
/** Longest wait for the answer to one statement, ms. */
const STATEMENT_MS = 10_000;

export interface ConnectionOptions {
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** Longest wait for the answer to one statement, in ms; default 10,000. */
  readonly statementMs?: number | undefined;
  /** Longest time of one attempt to connect, in ms; default 5,000. */
  readonly connectMs?: number | undefined;
}

/**
 * A `pg.Client` whose lost connection never ends the process. `pg` emits `error` when a connection is lost, besides
 * rejecting the statement that waits, and Node ends a process for an `error` that nobody listens to. A client that is
 * checked out of a pool, or that is being closed, has no listener.
 */
export class SafeClient extends pg.Client {
  override emit(event: string | symbol, ...rest: unknown[]): boolean {
    if (event === 'error' && this.listenerCount('error') === 0) return false;
    return super.emit(event, ...rest);
  }
}

/** What every connection to PostgreSQL has in common: each wait has an end on this side, too. */
export function connectionConfig(url: string, options: ConnectionOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: options.name,
    connectionTimeoutMillis: options.connectMs ?? CONNECT_MS,
    query_timeout: options.statementMs ?? STATEMENT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  };
}

/** A single connection, not connected yet. */
export function createClient(url: string, options: ConnectionOptions): pg.Client {
  return new SafeClient(connectionConfig(url, options));
}

/** Runs `work` with a connection and closes it afterwards. */
export async function withClient<T>(
  url: string,
  options: ConnectionOptions,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = createClient(url, options);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await closeClient(client);
  }
}

/** Ends a connection, without waiting for a network that never confirms it. */
export async function closeClient(client: pg.Client, withinMs = 2_000): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  await Promise.race([client.end().catch(() => undefined), late]);
  clearTimeout(timer);
}
