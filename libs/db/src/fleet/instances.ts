import type { Millis } from '@recloser/core';
import type { InstanceRow } from '@recloser/protocol';
import type { Pool } from 'pg';
import { isUuid } from '../ids.js';
import { millis, rows } from '../sql.js';
import { unknownEnvironment } from '../breakers/write-changes.js';

/** What an API node knows of one instance connected to it. */
export interface SeenInstance {
  readonly environmentId: string;
  readonly instanceId: string;
  readonly service: string;
  readonly zone: string | null;
  readonly region: string | null;
  readonly sdk: string;
  readonly hubId: string;
  /** The SDK key that it came with. */
  readonly keyId: string | null;
  readonly ackedSeq: number;
  readonly lagMs: number;
  readonly connectedAt: Millis;
  readonly lastSeenAt: Millis;
}

export interface InstanceFilter {
  readonly service?: string | undefined;
  /** Those that have gone, too. */
  readonly gone?: boolean | undefined;
  /** Part of the id, service, zone or region, in any case. */
  readonly q?: string | undefined;
  /** Only ids after this one. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface InstanceListing {
  readonly items: readonly InstanceRow[];
  /** The `after` of the next page, or null. */
  readonly next: string | null;
  /** The environment's seq. */
  readonly seq: number;
}

export interface Instances {
  /** Writes what is known now; what another node saw later stays. */
  upsertMany(seen: readonly SeenInstance[]): Promise<void>;
  /** The instances have left this hub; those that another hub has meanwhile stay connected. */
  markGone(environmentId: string, hubId: string, instanceIds: readonly string[]): Promise<void>;
  /** Those connected that nobody has seen for `silentMs` count as gone: their API node died. Returns how many. */
  markSilentGone(silentMs: number): Promise<number>;
  /** How many were seen at this time or later, whether they are still connected or not. */
  countSeenSince(environmentId: string, since: Millis): Promise<number>;
  /** By id. @throws RecloserError `unknown_environment` */
  list(environmentId: string, filter: InstanceFilter): Promise<InstanceListing>;
  /** Forgets instances that were last seen more than `keepMs` ago by the database's clock. Returns how many. */
  dropOlderThan(keepMs: number): Promise<number>;
}

export function createInstances(pool: Pool): Instances {
  return {
    upsertMany: (seen) => upsertMany(pool, seen),
    markGone: async (environmentId, hubId, instanceIds) => {
      if (instanceIds.length === 0) return;
      await rows(
        pool,
        `WITH target AS (
           SELECT environment_id, instance_id FROM instance
           WHERE environment_id = $1 AND hub_id = $2 AND instance_id = ANY($3)
           ORDER BY instance_id FOR NO KEY UPDATE
         )
         UPDATE instance i SET disconnected_at = clock_timestamp() FROM target t
         WHERE i.environment_id = t.environment_id AND i.instance_id = t.instance_id`,
        [environmentId, hubId, instanceIds],
      );
    },
    markSilentGone: (silentMs) =>
      counted(
        pool,
        `UPDATE instance SET disconnected_at = last_seen_at WHERE (environment_id, instance_id) IN (
           SELECT environment_id, instance_id FROM instance
           WHERE disconnected_at IS NULL AND last_seen_at < now() - $1::float8 * interval '1 millisecond'
           ORDER BY environment_id, instance_id FOR NO KEY UPDATE SKIP LOCKED
         ) RETURNING 1`,
        silentMs,
      ),
    countSeenSince: async (environmentId, since) => {
      const [row] = await rows<{ count: number }>(
        pool,
        `SELECT count(*)::float8 AS count FROM instance
         WHERE environment_id = $1 AND last_seen_at >= to_timestamp($2::float8 / 1000.0)`,
        [environmentId, since],
      );
      return row?.count ?? 0;
    },
    list: (environmentId, filter) => list(pool, environmentId, filter),
    dropOlderThan: (keepMs) =>
      counted(
        pool,
        `DELETE FROM instance WHERE (environment_id, instance_id) IN (
           SELECT environment_id, instance_id FROM instance
           WHERE last_seen_at < now() - $1::float8 * interval '1 millisecond' ORDER BY last_seen_at LIMIT 20000
         ) RETURNING 1`,
        keepMs,
      ),
  };
}

async function counted(pool: Pool, statement: string, value: number): Promise<number> {
  const [row] = await rows<{ count: number }>(
    pool,
    `WITH changed AS (${statement}) SELECT count(*)::float8 AS count FROM changed`,
    [value],
  );
  return row?.count ?? 0;
}

async function upsertMany(pool: Pool, seen: readonly SeenInstance[]): Promise<void> {
  // The same instance twice in one statement is an error; the later sight wins. Sorted, so that two nodes never deadlock.
  const latest = new Map<string, SeenInstance>();
  for (const instance of seen) {
    const name = `${instance.environmentId} ${instance.instanceId}`;
    const other = latest.get(name);
    if (other === undefined || other.lastSeenAt <= instance.lastSeenAt) latest.set(name, instance);
  }
  if (latest.size === 0) return;
  await rows(
    pool,
    `INSERT INTO instance AS i (environment_id, instance_id, service, zone, region, sdk, hub_id, acked_seq, lag_ms,
       connected_at, last_seen_at, disconnected_at, key_id)
     SELECT "environmentId", "instanceId", service, zone, region, sdk, "hubId", "ackedSeq", "lagMs",
       to_timestamp("connectedAt" / 1000.0), to_timestamp("lastSeenAt" / 1000.0), NULL, "keyId"
     FROM json_to_recordset($1::json) AS n("environmentId" uuid, "instanceId" text, service text, zone text,
       region text, sdk text, "hubId" text, "ackedSeq" bigint, "lagMs" int, "connectedAt" float8,
       "lastSeenAt" float8, "keyId" uuid)
     ORDER BY "environmentId", "instanceId"
     ON CONFLICT (environment_id, instance_id) DO UPDATE SET service = excluded.service, zone = excluded.zone,
       region = excluded.region, sdk = excluded.sdk, hub_id = excluded.hub_id, acked_seq = excluded.acked_seq,
       lag_ms = excluded.lag_ms, connected_at = excluded.connected_at, last_seen_at = excluded.last_seen_at,
       disconnected_at = NULL, key_id = excluded.key_id
     WHERE i.last_seen_at <= excluded.last_seen_at`,
    [JSON.stringify([...latest.values()])],
  );
}

async function list(
  pool: Pool,
  environmentId: string,
  filter: InstanceFilter,
): Promise<InstanceListing> {
  if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
  const found = await rows<
    Omit<InstanceRow, 'instanceId'> & { head: number; instanceId: string | null }
  >(
    pool,
    `SELECT e.seq::float8 AS head, x.*, greatest(0, e.seq::float8 - x."ackedSeq") AS behind FROM environment e
     LEFT JOIN LATERAL (
       SELECT instance_id AS "instanceId", service, zone, region, sdk, acked_seq::float8 AS "ackedSeq",
         lag_ms AS "lagMs", ${millis('connected_at')} AS "connectedAt", ${millis('last_seen_at')} AS "lastSeenAt",
         ${millis('disconnected_at')} AS "disconnectedAt", key_id AS "keyId",
         (SELECT name FROM sdk_key k WHERE k.id = key_id) AS "keyName"
       FROM instance
       WHERE environment_id = e.id AND ($2::text IS NULL OR service = $2) AND ($3 OR disconnected_at IS NULL)
         AND ($4::text IS NULL OR instance_id COLLATE "C" > $4)
         AND ($5::text IS NULL OR strpos(lower(concat_ws(E'\\n', instance_id, service, zone, region)), lower($5)) > 0)
       ORDER BY instance_id COLLATE "C" LIMIT $6
     ) x ON true
     WHERE e.id = $1 ORDER BY x."instanceId" COLLATE "C"`,
    [
      environmentId,
      filter.service ?? null,
      filter.gone ?? false,
      filter.after ?? null,
      filter.q ?? null,
      filter.limit + 1,
    ],
  );
  const [first] = found;
  if (first === undefined) throw unknownEnvironment(environmentId);
  const seen = found.flatMap(({ head: _, instanceId, ...row }): InstanceRow[] =>
    instanceId === null ? [] : [{ instanceId, ...row }],
  );
  const items = seen.slice(0, filter.limit);
  const next = seen.length > filter.limit ? (items.at(-1)?.instanceId ?? null) : null;
  return { items, next, seq: first.head };
}
