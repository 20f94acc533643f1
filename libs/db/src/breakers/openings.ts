import { holdEvidence, type CorrelatedSettings, type OpeningsHold } from '@recloser/core';
import { openingsHoldSchema, type Actor } from '@recloser/protocol';
import type { Pool } from 'pg';
import { isUuid } from '../ids.js';
import { readClock, rows, transaction, type Queryable } from '../sql.js';
import { auditSettings, assertRevision } from '../settings/keyed-settings.js';
import { appendToEnvironment, lockEnvironment, unknownEnvironment } from './write-changes.js';

/** When openings of an environment wait, and when they last did. */
export interface StoredCorrelated {
  readonly correlated: CorrelatedSettings;
  /** +1 on every edit. */
  readonly revision: number;
  /** The last time; null: never. */
  readonly hold: OpeningsHold | null;
}

/** What is left out stays as it is. */
export interface CorrelatedEdit {
  readonly correlated: Partial<CorrelatedSettings>;
  /** The revision that the editor saw. */
  readonly expectedRevision: number;
  readonly reason: string;
}

export interface Openings {
  /** @throws RecloserError `unknown_environment` */
  read(environmentId: string): Promise<StoredCorrelated>;
  /** @throws RecloserError `unknown_environment`, `version_conflict` with `{ expected, actual }` */
  edit(environmentId: string, actor: Actor, edit: CorrelatedEdit): Promise<StoredCorrelated>;
  /** Writes that openings wait, once: returns the hold that stands, which may be another worker's. */
  hold(environmentId: string, hold: OpeningsHold): Promise<OpeningsHold>;
  /** The services that have called each breaker within the last week. */
  servicesOf(environmentId: string): Promise<ReadonlyMap<string, readonly string[]>>;
}

const SYSTEM: Actor = { kind: 'system', id: null, name: 'Recloser' };

export function createOpenings(pool: Pool): Openings {
  return {
    read: (environmentId) => readCorrelated(pool, environmentId),
    edit: (environmentId, actor, edit) =>
      transaction(pool, (db) => editCorrelatedIn(db, environmentId, actor, edit)),
    hold: (environmentId, hold) => transaction(pool, (db) => holdIn(db, environmentId, hold)),
    servicesOf: async (environmentId) => {
      const found = await rows<{ breaker: string; services: string[] }>(
        pool,
        `SELECT breaker_key AS breaker, array_agg(service) AS services FROM service_use
         WHERE environment_id = $1 GROUP BY 1`,
        [environmentId],
      );
      return new Map(found.map(({ breaker, services }) => [breaker, services]));
    },
  };
}

interface Row {
  breakers: number | null;
  share: number;
  waitMs: number;
  revision: number;
  hold: unknown;
}

/** @throws RecloserError `unknown_environment` */
export async function readCorrelated(
  db: Queryable,
  environmentId: string,
): Promise<StoredCorrelated> {
  const [row] = isUuid(environmentId)
    ? await rows<Row & Record<string, unknown>>(
        db,
        `SELECT correlated_breakers AS breakers, correlated_share AS share, correlated_wait_ms AS "waitMs",
           revision, openings_hold AS hold FROM environment WHERE id = $1`,
        [environmentId],
      )
    : [];
  if (row === undefined) throw unknownEnvironment(environmentId);
  const { breakers, share, waitMs, revision, hold } = row;
  // What cannot be read is as if there had been none: openings go on.
  const parsed = openingsHoldSchema.nullable().catch(null).parse(hold);
  return { correlated: { breakers, share, waitMs }, revision, hold: parsed };
}

/** Inside the caller's transaction. */
export async function editCorrelatedIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  { expectedRevision, reason, correlated: input }: CorrelatedEdit,
): Promise<StoredCorrelated> {
  const environment = await lockEnvironment(db, environmentId);
  const stored = await readCorrelated(db, environmentId);
  assertRevision({ key: 'settings', revision: stored.revision }, expectedRevision);
  const before = stored.correlated;
  const after = { ...before, ...input };
  const revision = stored.revision + 1;
  await rows(
    db,
    `UPDATE environment SET correlated_breakers = $2, correlated_share = $3, correlated_wait_ms = $4, revision = $5
     WHERE id = $1`,
    [environmentId, after.breakers, after.share, after.waitMs, revision],
  );
  await auditSettings(db, environment, {
    actor,
    action: 'environment.edit',
    reason,
    at: await readClock(db),
    before: { revision: stored.revision, correlated: before },
    after: { revision, correlated: after },
  });
  return { ...stored, correlated: after, revision };
}

async function holdIn(
  db: Queryable,
  environmentId: string,
  hold: OpeningsHold,
): Promise<OpeningsHold> {
  const environment = await lockEnvironment(db, environmentId);
  const { hold: standing } = await readCorrelated(db, environmentId);
  // Another worker has seen the same a moment ago.
  if (standing !== null && hold.since < standing.until && hold.until > standing.since) {
    return standing;
  }
  await rows(db, `UPDATE environment SET openings_hold = $2 WHERE id = $1`, [
    environmentId,
    JSON.stringify(hold),
  ]);
  await appendToEnvironment(db, environment, {
    actor: SYSTEM,
    action: 'openings.held',
    reason: '',
    at: hold.since,
    breaker: null,
    seq: null,
    body: { before: null, after: hold, evidence: holdEvidence(hold) },
  });
  return hold;
}
