import type { Actor } from '@recloser/protocol';
import type { Pool } from 'pg';
import { stateSummary } from './after-transition.js';
import type { CommittedChange, EnvironmentHead, LoadedBreaker } from '../rows/model.js';
import { readClock, rows, transaction, type Queryable } from '../sql.js';
import {
  loadAllEverywhere,
  projectOf,
  settingsOf,
  unknownBreaker,
  type BreakerChange,
  type BreakerChanges,
} from './breaker-rows.js';
import { headAfter, lockProject, type PendingChange, writeChanges } from './write-changes.js';

export async function archiveBreaker(
  pool: Pool,
  environmentId: string,
  actor: Actor,
  key: string,
  reason: string,
): Promise<BreakerChange> {
  const { changes, heads } = await transaction(pool, (db) =>
    archiveBreakersIn(db, environmentId, actor, [key], reason),
  );
  return { change: changes[0] ?? null, heads };
}

/** Archives several within the caller's transaction. @throws RecloserError `unknown_breaker` */
export async function archiveBreakersIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  keys: readonly string[],
  reason: string,
): Promise<BreakerChanges> {
  const environments = await lockProject(db, await projectOf(db, environmentId));
  const everywhere = await loadAllEverywhere(db, environments, keys);
  const archived = keys.map((key) => {
    const states = everywhere.get(key);
    if (states === undefined) throw unknownBreaker(key);
    return states;
  });
  const now = await readClock(db);
  await rows(
    db,
    `UPDATE breaker SET archived_at = to_timestamp($2::float8 / 1000.0) WHERE id = ANY($1::uuid[])`,
    [archived.flatMap(([any]) => any?.breakerId ?? []), now],
  );
  let changes: readonly CommittedChange[] = [];
  const heads: EnvironmentHead[] = [];
  for (const environment of environments) {
    const here = archived.flatMap(
      (states) => states.find((one) => one.environmentId === environment.id) ?? [],
    );
    if (here.length === 0) continue;
    const pending = here.map((breaker) => removalOf(breaker, reason, now));
    const written = await writeChanges(db, environment, actor, now, pending, 'state');
    heads.push(headAfter(environment, pending.length));
    if (environment.id === environmentId) changes = written;
  }
  return { changes, heads };
}

function removalOf(breaker: LoadedBreaker, reason: string, now: number): PendingChange {
  return {
    after: { ...breaker, dueAt: null, changedAt: now },
    removed: true,
    action: 'breaker.archive',
    reason,
    before: { ...settingsOf(breaker), ...stateSummary(breaker) },
    summary: null,
  };
}
