import type { Millis } from '@recloser/core';
import { LIMITS, type ServiceList, type ServiceRow } from '@recloser/protocol';
import type { Pool } from 'pg';
import { isUuid } from '../ids.js';
import { millis, rows } from '../sql.js';
import { unknownEnvironment } from '../breakers/write-changes.js';

/** A service called a breaker, the last time at `lastUsedAt`. */
export interface ServiceUse {
  readonly environmentId: string;
  readonly breaker: string;
  readonly service: string;
  readonly lastUsedAt: Millis;
}

export interface Services {
  /** Writes what is known now; a later time that another node has written stays. */
  noteUses(uses: readonly ServiceUse[]): Promise<void>;
  /** Services that are connected or have called a breaker, by name. @throws RecloserError `unknown_environment` */
  list(environmentId: string): Promise<ServiceList>;
  /** Forgets uses that ended more than `keepMs` ago by the database's clock. Returns how many. */
  dropUsesOlderThan(keepMs: number): Promise<number>;
}

export function createServices(pool: Pool): Services {
  return {
    noteUses: (uses) => noteUses(pool, uses),
    list: (environmentId) => list(pool, environmentId),
    dropUsesOlderThan: async (keepMs) => {
      const dropped = await rows(
        pool,
        `DELETE FROM service_use WHERE last_used_at < now() - $1::float8 * interval '1 millisecond' RETURNING 1`,
        [keepMs],
      );
      return dropped.length;
    },
  };
}

async function noteUses(pool: Pool, uses: readonly ServiceUse[]): Promise<void> {
  if (uses.length === 0) return;
  // Grouped, as the same use twice in one statement is an error; sorted, so that two nodes never deadlock.
  await rows(
    pool,
    `INSERT INTO service_use AS u (environment_id, breaker_key, service, last_used_at)
     SELECT "environmentId", breaker, service, to_timestamp(max("lastUsedAt") / 1000.0)
     FROM json_to_recordset($1::json) AS n("environmentId" uuid, breaker text, service text, "lastUsedAt" float8)
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
     ON CONFLICT (environment_id, breaker_key, service) DO UPDATE SET last_used_at = excluded.last_used_at
     WHERE u.last_used_at < excluded.last_used_at`,
    [JSON.stringify(uses)],
  );
}

async function list(pool: Pool, environmentId: string): Promise<ServiceList> {
  if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
  const items = await rows<ServiceRow>(
    pool,
    `WITH newest AS (
       SELECT u.service, u.breaker_key, u.last_used_at FROM service_use u
       JOIN environment e ON e.id = u.environment_id
       JOIN breaker b ON b.project_id = e.project_id AND b.key = u.breaker_key AND b.archived_at IS NULL
       WHERE u.environment_id = $1 ORDER BY u.last_used_at DESC LIMIT $2
     ), used AS (
       SELECT service, array_agg(breaker_key ORDER BY breaker_key COLLATE "C") AS breakers,
         max(last_used_at) AS last_used_at
       FROM newest GROUP BY service
     ), connected AS (
       SELECT service, count(*) AS instances FROM instance
       WHERE environment_id = $1 AND disconnected_at IS NULL GROUP BY service
     )
     SELECT service, coalesce(instances, 0)::float8 AS instances, coalesce(breakers, '{}') AS breakers,
       ${millis('last_used_at')} AS "lastUsedAt"
     FROM used FULL JOIN connected USING (service) ORDER BY service COLLATE "C"`,
    [environmentId, LIMITS.usesPerList],
  );
  const uses = items.reduce((sum, { breakers }) => sum + breakers.length, 0);
  return { items, complete: uses < LIMITS.usesPerList };
}
