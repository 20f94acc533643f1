import type { AckEvidence, Partition } from '@recloser/core';
import type { Presence } from '@recloser/protocol';
import type { Pool } from 'pg';
import {
  heartbeatAgesOf,
  heartbeatField,
  PRESENCE_TTL_MS,
  type PresenceRow,
  presenceRow,
  sumAcks,
} from '../evidence.js';
import type { HeartbeatAges } from '../ports.js';
import { CLOCK, SIGNALS_SCHEMA } from './schema.js';

export async function reportPresence(pool: Pool, presence: Presence): Promise<void> {
  await pool.query(
    `INSERT INTO ${SIGNALS_SCHEMA}.presence (environment_id, hub_id, at, report)
    VALUES ($1, $2, ${CLOCK}, $3)
    ON CONFLICT (environment_id, hub_id) DO UPDATE SET at = excluded.at, report = excluded.report`,
    [presence.environmentId, presence.hubId, JSON.stringify(presenceRow(presence))],
  );
}

export async function acks(
  pool: Pool,
  environmentId: string,
  seq: number,
  part?: Partition,
): Promise<AckEvidence> {
  const { rows } = await pool.query<{ report: string }>(
    `SELECT report FROM ${SIGNALS_SCHEMA}.presence
    WHERE environment_id = $1 AND at > ${CLOCK} - ${PRESENCE_TTL_MS}`,
    [environmentId],
  );
  return sumAcks(
    rows.map(({ report }) => JSON.parse(report) as PresenceRow),
    seq,
    part,
  );
}

export async function heartbeat(pool: Pool, environmentIds: readonly string[]): Promise<void> {
  await pool.query(
    `INSERT INTO ${SIGNALS_SCHEMA}.beat (evaluator_id, at)
    SELECT name, ${CLOCK} FROM unnest($1::text[]) AS b (name) ORDER BY name COLLATE "C"
    ON CONFLICT (evaluator_id) DO UPDATE SET at = excluded.at`,
    [environmentIds.map(heartbeatField)],
  );
}

export async function heartbeatAges(pool: Pool): Promise<HeartbeatAges> {
  const { rows } = await pool.query<{ name: string; age: number }>(
    `SELECT evaluator_id AS name, (${CLOCK} - at)::float8 AS age FROM ${SIGNALS_SCHEMA}.beat`,
  );
  return heartbeatAgesOf(new Map(rows.map(({ name, age }) => [name, age])));
}
