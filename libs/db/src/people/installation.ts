import type { Actor } from '@recloser/protocol';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { EnvironmentHead } from '../rows/model.js';
import { BULK, rows, transaction, type Queryable } from '../sql.js';
import { renewEpoch } from '../settings/environments.js';

export interface Installation {
  /** Names this installation: the same for every process, and after a restore. */
  id(): Promise<string>;
  /**
   * Compares the server with the one on which the database was last seen. When it is another one, or another timeline of
   * it, changes that SDKs have got may be lost, and their numbers be used again: every environment gets a new epoch, in
   * the same transaction and with an audit event each. Returns their heads; empty: nothing has happened.
   */
  checkServer(): Promise<readonly EnvironmentHead[]>;
}

const SYSTEM: Actor = { kind: 'system', id: null, name: 'Recloser' };
const REASON =
  'The database is on another server, or another timeline, than before (a failover or a restore): changes may be lost.';

/** Cluster, timeline and database. A restore changes the first or the last, a failover the timeline. */
const FULL = `(SELECT system_identifier FROM pg_control_system())::text || '/' ||
  substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/' ||
  (SELECT oid FROM pg_database WHERE datname = current_database())::text`;
/** Where a service that runs PostgreSQL shows less. */
const SHORT = `'-/-/' || (SELECT oid FROM pg_database WHERE datname = current_database())::text`;
const NOT_SHOWN = new Set(['42501', '42883', '0A000', '55000']);

interface Stored {
  id: string;
  server: string;
}

export function createInstallation(pool: Pool): Installation {
  let expression = FULL;
  const server = async (): Promise<{ server: string; stored: Stored | null }> => {
    try {
      return await read(pool, expression);
    } catch (error) {
      if (expression === SHORT || !isNotShown(error)) throw error;
      expression = SHORT;
      return read(pool, expression);
    }
  };
  return {
    id: async () => {
      const { server: now, stored } = await server();
      return stored?.id ?? (await insert(pool, now)).id;
    },
    checkServer: async () => {
      const { server: now, stored } = await server();
      if (stored === null) await insert(pool, now);
      if (stored === null || stored.server === now) return [];
      return transaction(pool, (db) => moved(db, now), BULK);
    },
  };
}

async function read(
  pool: Pool,
  expression: string,
): Promise<{ server: string; stored: Stored | null }> {
  const [row] = await rows<{ server: string; id: string | null; stored: string }>(
    pool,
    `SELECT ${expression} AS server, i.id, coalesce(i.server, '') AS stored
     FROM (SELECT 1) one LEFT JOIN installation i ON true`,
  );
  const { server = '', id = null, stored = '' } = row ?? {};
  return { server, stored: id === null ? null : { id, server: stored } };
}

async function insert(pool: Pool, server: string): Promise<Stored> {
  const [row] = await rows<Stored & Record<string, unknown>>(
    pool,
    `INSERT INTO installation (id, server) VALUES ($1, $2)
     ON CONFLICT ("only") DO UPDATE SET server = installation.server RETURNING id, server`,
    [randomUUID(), server],
  );
  return row ?? { id: '', server };
}

/** One of all who have noticed does it: the row is locked, and looked at again. */
async function moved(db: Queryable, now: string): Promise<readonly EnvironmentHead[]> {
  const [stored] = await rows<{ server: string }>(
    db,
    `SELECT server FROM installation FOR NO KEY UPDATE`,
  );
  if (stored === undefined || stored.server === now) return [];
  await rows(db, `UPDATE installation SET server = $1`, [now]);
  // What one kind of identity says cannot be compared with the other kind.
  if (isShort(stored.server) !== isShort(now)) return [];
  const environments = await rows<{ id: string }>(
    db,
    `SELECT id FROM environment ORDER BY id FOR NO KEY UPDATE`,
  );
  const heads: EnvironmentHead[] = [];
  for (const { id } of environments) heads.push(await renewEpoch(db, SYSTEM, id, REASON));
  return heads;
}

const isShort = (server: string): boolean => server.startsWith('-/-/');

function isNotShown(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NOT_SHOWN.has(String(error.code));
}
