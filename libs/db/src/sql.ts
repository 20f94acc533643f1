import { isRecloserError, RecloserError } from '@recloser/protocol';
import type { Pool, PoolClient, QueryResultRow } from 'pg';

/** A pool, or one of its clients. */
export type Queryable = Pick<Pool | PoolClient, 'query'>;

/** SQL for a timestamp as whole milliseconds since the epoch. */
export const millis = (column: string): string =>
  `floor(extract(epoch from ${column}) * 1000)::float8`;

/** The database's clock as whole milliseconds; it goes on within a transaction. */
export const NOW = millis('clock_timestamp()');

// One round trip. The bounds end a transaction whose client hangs, before others wait for its locks for long.
const BEGIN = `BEGIN;
SET LOCAL lock_timeout = '10s';
SET LOCAL statement_timeout = '30s';
SET LOCAL idle_in_transaction_session_timeout = '10s'`;

/** Runs `work` in one transaction (read committed); anything thrown rolls all of it back. */
export async function transaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connect(pool);
  try {
    await client.query(BEGIN);
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // A connection that cannot even roll back is not given to anybody else.
    const broken = await client.query('ROLLBACK').then(
      () => undefined,
      (cause: unknown) => (cause instanceof Error ? cause : true),
    );
    client.release(broken);
    throw translate(error);
  }
}

/** One statement on any connection. */
export async function rows<Row extends QueryResultRow>(
  db: Queryable,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  try {
    return (await db.query<Row>(text, values)).rows;
  } catch (error) {
    throw translate(error);
  }
}

/** The database's clock, in milliseconds. */
export async function readClock(db: Queryable): Promise<number> {
  const [row] = await rows<{ now: number }>(db, `SELECT ${NOW} AS now`);
  if (row === undefined)
    throw new RecloserError('unavailable', 'The database told no time. Try again.');
  return row.now;
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw translate(error);
  }
}

// Text that PostgreSQL cannot keep: NUL, or half of a surrogate pair.
const UNSTORABLE = new Set(['22021', '22P02', '22P05']);
const UNAVAILABLE = new Set([
  '55P03',
  '57014',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '25P03',
  '40P01',
]);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Turns what the driver throws into an error with a stable code, where there is one. */
function translate(error: unknown): unknown {
  if (isRecloserError(error) || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (UNSTORABLE.has(code)) {
    return new RecloserError(
      'invalid_request',
      'A text holds a character that cannot be stored (NUL or half of a surrogate pair). Remove it.',
      {},
      error,
    );
  }
  if (UNAVAILABLE.has(code) || NETWORK.has(code) || code.startsWith('08') || isLost(error)) {
    return new RecloserError(
      'unavailable',
      `The database did not answer (${code === '' ? error.message : code}). Try again.`,
      {},
      error,
    );
  }
  return error;
}

function isLost(error: Error): boolean {
  return /Connection terminated|timeout exceeded when trying to connect/.test(error.message);
}
