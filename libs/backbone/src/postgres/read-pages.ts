import type { Pool, PoolClient, QueryResultRow } from 'pg';

/** Rows that are read in one go: to decode them takes a few ms. */
const PAGE = 1_000;

/** What some rows become. */
type ReadPage<Row, T> = (page: readonly Row[]) => readonly T[];

/** Reads all that one statement finds, as of one moment and page by page, so that the event loop is not held. */
export async function readPages<Row extends QueryResultRow, T>(
  pool: Pool,
  text: string,
  values: readonly unknown[],
  read: ReadPage<Row, T>,
): Promise<T[]> {
  const client = await pool.connect();
  try {
    const found = await readWith<Row, T>(client, text, values, read);
    client.release();
    return found;
  } catch (error) {
    client.release(error instanceof Error ? error : true);
    throw error;
  }
}

async function readWith<Row extends QueryResultRow, T>(
  client: PoolClient,
  text: string,
  values: readonly unknown[],
  read: ReadPage<Row, T>,
): Promise<T[]> {
  const found: T[] = [];
  await client.query('BEGIN READ ONLY');
  await client.query(`DECLARE pages NO SCROLL CURSOR FOR ${text}`, [...values]);
  for (let length = PAGE; length === PAGE;) {
    const { rows } = await client.query<Row>(`FETCH ${PAGE} FROM pages`);
    length = rows.length;
    found.push(...read(rows));
  }
  await client.query('COMMIT');
  return found;
}
