import { withClient } from '@recloser/postgres';
import { RecloserError } from '@recloser/protocol';
import { runMigrations } from 'bullmq';
import type { Client, ClientBase } from 'pg';
import { CREATE_SIGNALS, LAYOUT, SIGNALS_SCHEMA } from './schema.js';

/** BullMQ's own schema for its queues. */
export const QUEUES_SCHEMA = 'bullmq';
const LOCK = 0x7265_636c;
/** Tables are created once, and whoever comes second waits for the first. */
const PREPARE = { name: 'recloser:prepare', statementMs: 120_000 };
const INSUFFICIENT_PRIVILEGE = '42501';

export interface PrepareOptions {
  /** URL of the role that will use the tables, when it is another one: it is granted what it needs, and no DDL but the queues' own. */
  readonly runtimeUrl?: string;
}

/**
 * Creates what the Postgres backbone needs: the unlogged signal tables and the queues' tables. Idempotent; callers
 * at the same time wait for each other.
 */
export async function prepareBackbone(
  adminUrl: string,
  options: PrepareOptions = {},
): Promise<void> {
  await withClient(adminUrl, PREPARE, async (client) => {
    // Two grants on one table at once would disturb each other. The lock ends with the connection.
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await prepareOn(client);
    const role = roleOf(options.runtimeUrl);
    if (role !== null && role !== roleOf(adminUrl)) await grant(client, role);
  });
}

/**
 * Prepares only when something is missing.
 * @throws RecloserError `unavailable` when it is missing and the role may not create it.
 */
export async function ensurePrepared(databaseUrl: string): Promise<void> {
  try {
    await withClient(databaseUrl, PREPARE, prepareOn);
  } catch (error) {
    if (!isPermissionError(error)) throw error;
    throw new RecloserError(
      'unavailable',
      'The backbone’s tables are missing or of another version, and this database role may not create them: run the migrations with the owner’s URL (DATABASE_ADMIN_URL) first.',
      {},
      error,
    );
  }
}

async function prepareOn(client: Client): Promise<void> {
  if ((await layoutOf(client)) !== LAYOUT) await createSignals(client);
  if (!(await exists(client, `${QUEUES_SCHEMA}.migration`))) await migrateQueues(client);
  else if (await owns(client, QUEUES_SCHEMA)) await migrateQueues(client);
}

async function migrateQueues(client: Client): Promise<void> {
  await runMigrations(client, QUEUES_SCHEMA);
}

async function createSignals(client: Client): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    const found = await layoutOf(client);
    if (found !== null && found > LAYOUT) {
      throw new RecloserError(
        'unavailable',
        `The signal tables have layout ${found}, and this version knows ${LAYOUT}: start the newer version.`,
      );
    }
    if (found !== LAYOUT) await client.query(CREATE_SIGNALS);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** null when the tables do not exist. */
async function layoutOf(client: ClientBase): Promise<number | null> {
  if (!(await exists(client, `${SIGNALS_SCHEMA}.layout`))) return null;
  const { rows } = await client.query<{ version: number }>(
    `SELECT version FROM ${SIGNALS_SCHEMA}.layout`,
  );
  return rows[0]?.version ?? null;
}

async function exists(client: ClientBase, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS found',
    [table],
  );
  return rows[0]?.found ?? false;
}

async function owns(client: ClientBase, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ owned: boolean }>(
    `SELECT pg_has_role(nspowner, 'USAGE') AS owned FROM pg_namespace WHERE nspname = $1`,
    [schema],
  );
  return rows[0]?.owned ?? false;
}

async function grant(client: Client, role: string): Promise<void> {
  const name = client.escapeIdentifier(role);
  for (const schema of [SIGNALS_SCHEMA, QUEUES_SCHEMA]) {
    await client.query(`
      GRANT USAGE ON SCHEMA ${schema} TO ${name};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${name};
      GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${name};
      GRANT EXECUTE ON ALL ROUTINES IN SCHEMA ${schema} TO ${name};`);
  }
  // BullMQ makes a sequence for a queue when it gets its first job.
  await client.query(`GRANT CREATE ON SCHEMA ${QUEUES_SCHEMA} TO ${name}`);
}

function roleOf(url: string | undefined): string | null {
  if (url === undefined) return null;
  const { username } = new URL(url);
  return username === '' ? null : decodeURIComponent(username);
}

function isPermissionError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE;
}
