import type { Actor } from '@recloser/protocol';
import type { Pool } from 'pg';
import { stateSummary } from './after-transition.js';
import { readClock, rows, transaction } from '../sql.js';
import {
  loadEverywhere,
  projectOf,
  settingsOf,
  unknownBreaker,
  type BreakerChange,
} from './breaker-rows.js';
import { headAfter, lockProject, writeChanges } from './write-changes.js';

export function archiveBreaker(
  pool: Pool,
  environmentId: string,
  actor: Actor,
  key: string,
  reason: string,
): Promise<BreakerChange> {
  return transaction(pool, async (db) => {
    const environments = await lockProject(db, await projectOf(db, environmentId));
    const everywhere = await loadEverywhere(db, environments, key);
    const [any] = everywhere;
    if (any === undefined) throw unknownBreaker(key);
    const now = await readClock(db);
    await rows(
      db,
      `UPDATE breaker SET archived_at = to_timestamp($2::float8 / 1000.0) WHERE id = $1`,
      [any.breakerId, now],
    );
    let change: BreakerChange['change'] = null;
    const heads = [];
    for (const environment of environments) {
      const breaker = everywhere.find((each) => each.environmentId === environment.id);
      if (breaker === undefined) continue;
      const before = { ...settingsOf(breaker), ...stateSummary(breaker) };
      const pending = {
        after: { ...breaker, dueAt: null, changedAt: now },
        removed: true,
        action: 'breaker.archive',
        reason,
        before,
        summary: null,
      };
      const [written] = await writeChanges(db, environment, actor, now, [pending], 'state');
      heads.push(headAfter(environment, 1));
      if (environment.id === environmentId) change = written ?? null;
    }
    return { change, heads };
  });
}
