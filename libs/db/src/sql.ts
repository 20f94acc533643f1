import { leadsAstray, readOnly, translate } from '@recloser/postgres';
import { isRecloserError, RecloserError } from '@recloser/protocol';
import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import { claimsOf, claimWith } from './people/claims.js';

/** A pool, or one of its clients. */
export type Queryable = Pick<Pool | PoolClient, 'query'>;

/** SQL for a timestamp as whole milliseconds since the epoch. */
export const millis = (column: string): string =>
  `floor(extract(epoch from ${column}) * 1000)::float8`;

/** The database's clock as whole milliseconds; it goes on within a transaction. */
export const NOW = millis('clock_timestamp()');

/** How long parts of a transaction may take, in ms, for the server. */
export interface Bounds {
  readonly lockMs: number;
  readonly statementMs: number;
  /** Between two statements: a client whose machine died holds its locks for this long. */
  readonly idleMs: number;
}

/** A decision or a click: others wait for its locks. */
const USUAL: Bounds = { lockMs: 3_000, statementMs: 8_000, idleMs: 1_000 };
/** Thousands of rows at once, as an import writes them. */
export const BULK: Bounds = { lockMs: 5_000, statementMs: 30_000, idleMs: 2_000 };

/** Nothing is locked: a process that is held up in between is no reason to begin again. */
const READING: Bounds = { lockMs: 3_000, statementMs: 8_000, idleMs: 10_000 };

/** What a client waits longer than the server, so that the server's own answer comes first. */
const GRACE_MS = 2_000;
/** How long connections in a transaction wait for one answer, where it is not the pool's own time. */
const patience = new WeakMap<Queryable, number>();

// One round trip.
const begin = ({ lockMs, statementMs, idleMs }: Bounds): string => `BEGIN;
SET LOCAL lock_timeout = ${lockMs};
SET LOCAL statement_timeout = ${statementMs};
SET LOCAL idle_in_transaction_session_timeout = ${idleMs}`;

/**
 * Runs `work` in one transaction (read committed); anything thrown rolls all of it back.
 * @throws RecloserError `unavailable` when a bound is passed or the connection is lost.
 */
export async function transaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  bounds: Bounds = USUAL,
): Promise<T> {
  const client = await connect(pool);
  patience.set(client, bounds.statementMs + GRACE_MS);
  claimWith(client, claimsOf(pool));
  try {
    await client.query(begin(bounds));
    const result = await work(client);
    await client.query('COMMIT');
    release(client);
    return result;
  } catch (error) {
    release(client, await rollBack(client, error));
    throw translate(error);
  }
}

function release(client: PoolClient, broken?: Error | true): void {
  patience.delete(client);
  client.release(broken);
}

/** Why the connection is not to be given to anybody else; undefined: it is as before. */
async function rollBack(client: PoolClient, error: unknown): Promise<Error | true | undefined> {
  const cause = causeOf(error);
  if (leadsAstray(cause)) return cause instanceof Error ? cause : true;
  return client.query('ROLLBACK').then(
    () => undefined,
    (failed: unknown) => (failed instanceof Error ? failed : true),
  );
}

/** What the driver has thrown. */
function causeOf(error: unknown): unknown {
  return isRecloserError(error) && error.cause !== undefined ? error.cause : error;
}

/** The driver takes a time-out with a query, and falls back to the pool's. */
interface TimedQuery extends QueryConfig<unknown[]> {
  readonly query_timeout: number;
}

/** One statement on any connection. */
export async function rows<Row extends QueryResultRow>(
  db: Queryable,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  try {
    const timeout = patience.get(db);
    if (timeout === undefined) return (await db.query<Row>(text, values)).rows;
    const query: TimedQuery = { text, values, query_timeout: timeout };
    return (await db.query<Row>(query)).rows;
  } catch (error) {
    throw translate(error);
  }
}

/** Rows that are read in one go: to decode and to check them takes a few ms. */
const PAGE = 200;

/**
 * What one statement finds, page by page, as of one moment; for the process other work comes in between. Needs a transaction,
 * in which there is one such reading at a time.
 */
async function* pages<Row extends QueryResultRow>(
  db: PoolClient,
  text: string,
  values: unknown[],
): AsyncGenerator<Row[]> {
  await rows(db, `DECLARE pages NO SCROLL CURSOR FOR ${text}`, values);
  for (let length = PAGE; length === PAGE;) {
    const page = await rows<Row>(db, `FETCH ${PAGE} FROM pages`);
    length = page.length;
    yield page;
  }
  await rows(db, 'CLOSE pages');
}

/** What some rows become. */
type ReadPage<Row, T> = (page: readonly Row[]) => readonly T[];

/** Reads all that one statement finds, however much that is, without holding the event loop. */
export async function readPages<Row extends QueryResultRow, T>(
  pool: Pool,
  text: string,
  values: unknown[],
  read: ReadPage<Row, T>,
): Promise<T[]> {
  return transaction(pool, (db) => readPagesIn(db, text, values, read), READING);
}

/** The same within a transaction that there is already. */
export async function readPagesIn<Row extends QueryResultRow, T>(
  db: PoolClient,
  text: string,
  values: unknown[],
  read: ReadPage<Row, T>,
): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages<Row>(db, text, values)) found.push(...read(page));
  return found;
}

/** The database's clock, in milliseconds. */
export async function readClock(db: Queryable): Promise<number> {
  const [row] = await rows<{ now: number }>(db, `SELECT ${NOW} AS now`);
  if (row === undefined)
    throw new RecloserError('unavailable', 'The database told no time. Try again.');
  return row.now;
}

/** @throws RecloserError `unavailable` when the database takes no writes; the connection is not used again then. */
export async function checkWritable(pool: Pool): Promise<void> {
  await transaction(pool, async (db) => {
    const [row] = await rows<{ mode: string }>(
      db,
      `SELECT current_setting('transaction_read_only') AS mode`,
    );
    if (row?.mode === 'on') throw readOnly();
  });
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw translate(error);
  }
}
