import { closeClient, createClient, databaseUrlProblem } from '@recloser/postgres';
import { RecloserError } from '@recloser/protocol';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { withSchemaEngine, type SchemaEngine } from './engine.js';
import { PRISMA_FOLDER, readMigrations, readSchema, type MigrationList } from './folder.js';
import { keepClaimKey } from '../people/claim-key.js';
import { grantRuntime } from './runtime-role.js';
import { clearMarks, settleUnfinished } from './unfinished.js';

export interface MigrateOptions {
  /** The URL that the servers will use; when it names another role, that role gets what it needs and no more. */
  readonly runtimeUrl?: string | undefined;
  /** From now on only processes with this AUTH_SECRET sign people in and act in their names. Left out: as it was before. */
  readonly authSecret?: string | undefined;
}

export interface MigrateResult {
  /** Names of the migrations applied now; empty when there was nothing to do. */
  readonly applied: readonly string[];
}

/** Longest wait for one statement, and for others that migrate, ms. */
const MIGRATE_MS = 30 * 60_000;
/** Any number that nobody else uses. Prisma's engine takes one of its own besides. */
const MIGRATE_LOCK = 4_071_205_771;

/**
 * Brings the database up to date with prisma/migrations, without network access and as `prisma migrate deploy` does.
 * Any number of processes may call it at once: they take turns. Calling it again changes nothing.
 * @throws RecloserError `unavailable` when the database does not answer; Error with the engine's message when a
 * migration fails.
 */
export function migrate(adminUrl: string, options: MigrateOptions = {}): Promise<MigrateResult> {
  return withLock(adminUrl, async (client) => {
    await refuseOld(client);
    await refuseForeign(client);
    await settleUnfinished(client);
    const applied = await withSchemaEngine(adminUrl, undefined, async (engine) => {
      const migrationsList = await readMigrations();
      const result = await engine.applyMigrations({ migrationsList, filters: NO_FILTERS });
      return result.appliedMigrationNames;
    });
    if (applied.length > 0) await clearMarks(client);
    if (options.authSecret !== undefined) await keepClaimKey(client, options.authSecret);
    if (options.runtimeUrl !== undefined) await grantRuntime(client, adminUrl, options.runtimeUrl);
    return { applied };
  });
}

export interface Diagnosis {
  readonly pending: readonly string[];
  readonly failed: readonly string[];
  /** Applied, and changed on disk since. */
  readonly edited: readonly string[];
  /** SQL that would bring a database made by the migrations to schema.prisma; '' when they agree. */
  readonly drift: string;
}

/** Compares database, migrations and schema.prisma. Makes a shadow database for it and drops it again. */
export async function diagnoseMigrations(adminUrl: string): Promise<Diagnosis> {
  const [migrationsList, schema] = await Promise.all([readMigrations(), readSchema()]);
  return withSchemaEngine(adminUrl, schema, async (engine) => {
    const found = await engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: false,
      filters: NO_FILTERS,
    });
    const drift = await driftOf(engine, migrationsList, schema);
    const { history } = found;
    return {
      pending:
        history !== null && 'unappliedMigrationNames' in history
          ? history.unappliedMigrationNames
          : [],
      failed: found.failedMigrationNames,
      edited: found.editedMigrationNames,
      drift,
    };
  });
}

/**
 * Writes the migration that leads from the migrations on disk to schema.prisma; does not apply it. What Prisma's schema
 * language has no words for (triggers, checks, partitions) is added to the file by hand.
 * @returns the file's path, or null when there is nothing to change
 */
export async function createMigration(
  adminUrl: string,
  name: string,
  folder = PRISMA_FOLDER,
): Promise<string | null> {
  const [migrationsList, content] = await Promise.all([readMigrations(folder), readSchema(folder)]);
  const script = await withSchemaEngine(adminUrl, content, (engine) =>
    driftOf(engine, migrationsList, content),
  );
  if (script === '') return null;
  const stamp = new Date()
    .toISOString()
    .replace(/[^0-9]/g, '')
    .slice(0, 14);
  const target = join(migrationsList.baseDir, `${stamp}_${name.replace(/[^a-z0-9]+/gi, '_')}`);
  await mkdir(target);
  const path = join(target, 'migration.sql');
  await writeFile(path, script);
  return path;
}

/** SQL from what the migrations make to the schema; '' when they agree. */
async function driftOf(
  engine: SchemaEngine,
  migrationsList: MigrationList,
  schema: string,
): Promise<string> {
  const { exitCode, stdout } = await engine.diff({
    from: { tag: 'migrations', ...migrationsList },
    to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
    script: true,
    exitCode: true,
    filters: NO_FILTERS,
  });
  return exitCode === 0 ? '' : (stdout ?? '');
}

const NO_FILTERS = { externalTables: [], externalEnums: [] };

const OLDEST_MAJOR = 15;

async function refuseOld(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::int AS version`,
  );
  const major = Math.floor((rows[0]?.version ?? 0) / 10_000);
  if (major >= OLDEST_MAJOR) return;
  throw new RecloserError(
    'unavailable',
    `PostgreSQL ${OLDEST_MAJOR} or newer is needed; this server is version ${major}. Upgrade it, or name another.`,
    { major },
  );
}

/** A database that somebody else fills is left alone. */
async function refuseForeign(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ database: string; name: string }>(
    `SELECT current_database() AS database, c.relname AS name
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND to_regclass('public._prisma_migrations') IS NULL
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
     ORDER BY c.relname LIMIT 3`,
  );
  const [first] = rows;
  if (first === undefined) return;
  const { database } = first;
  throw new RecloserError(
    'unavailable',
    `The database "${database}" is not empty, and not Recloser's: it has ${rows.map(({ name }) => `"${name}"`).join(', ')}. ` +
      'Create an empty one (CREATE DATABASE recloser) and name that. Nothing was changed.',
    { database },
  );
}

async function withLock<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const problem = databaseUrlProblem(url);
  if (problem !== null) throw new RecloserError('unavailable', `The database URL ${problem}.`);
  const client = createClient(url, { name: 'recloser:migrate', statementMs: MIGRATE_MS });
  try {
    await client.connect();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RecloserError(
      'unavailable',
      `The database cannot be reached for migrations: ${why}. Check DATABASE_ADMIN_URL.`,
      {},
      cause,
    );
  }
  try {
    // Ends with the session, however this process ends.
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATE_LOCK]);
    return await work(client);
  } finally {
    await closeClient(client);
  }
}
