import type { Millis } from '@recloser/core';
import type { Actor } from '@recloser/protocol';
import { readClock, rows, type Queryable } from '../sql.js';
import type {
  CommitChange,
  CommittedChange,
  Decision,
  LoadedBreaker,
  LockedBreaker,
} from '../rows/model.js';
import { afterTransition, partitionChanged, stateSummary } from './after-transition.js';
import { BREAKER_COLUMNS, readBreaker } from './breaker-row.js';
import type { CommitResult, CommittedTransition, States } from './states.js';
import {
  headAfter,
  lockEnvironment,
  writeChanges,
  type LockedEnvironment,
  type PendingChange,
} from './write-changes.js';

/** `commit` within the caller's transaction; tells `onTransition` nothing. */
export async function commitIn(
  db: Queryable,
  ...[environmentId, actor, keys, decide]: Parameters<States['commit']>
): Promise<{ result: CommitResult; transitions: readonly CommittedTransition[] }> {
  const batches: Committed[] = [];
  let environment = await lockEnvironment(db, environmentId);
  for (const some of batchesOf(keys)) {
    // Its heads are those after the batch before.
    if (batches.length > 0) environment = await lockEnvironment(db, environmentId);
    batches.push(await commitBatch(db, environment, actor, some, decide));
  }
  const changes = batches.flatMap((batch) => batch.changes);
  const found = new Set(batches.flatMap((batch) => batch.found));
  const { id, epoch, projectKey: project, key } = environment;
  const written = batches.at(-1)?.changes.length ?? 0;
  return {
    result: {
      environmentId: id,
      epoch,
      seq: headAfter(environment, written).seq,
      now: batches[0]?.now ?? (await readClock(db)),
      changes,
      missing: keys.filter((asked) => !found.has(asked)),
    },
    transitions: batches
      .flatMap(({ causes }) => causes)
      .map((cause) => ({ project, environment: key, ...cause })),
  };
}

/** Breakers that are decided on and written in one turn of the event loop. */
const BATCH = 100;

/** In key order. */
function batchesOf(keys: readonly string[]): readonly (readonly string[])[] {
  const sorted = keys.length > BATCH ? [...new Set(keys)].sort() : keys;
  const count = Math.ceil(sorted.length / BATCH);
  return Array.from({ length: count }, (_, i) => sorted.slice(i * BATCH, (i + 1) * BATCH));
}

interface Committed extends Pick<Decided, 'causes'> {
  readonly now: Millis;
  readonly changes: readonly CommittedChange[];
  readonly found: readonly string[];
}

async function commitBatch(
  db: Queryable,
  environment: LockedEnvironment,
  actor: Actor,
  keys: readonly string[],
  decide: Parameters<States['commit']>[3],
): Promise<Committed> {
  const locked = await lockBreakers(db, environment, keys);
  const now = locked[0]?.now ?? (await readClock(db));
  const { pending, causes, nextEvaluations } = decideAll(locked, actor, now, decide);
  const changes = await writeChanges(db, environment, actor, now, pending, 'state');
  await setDue(db, environment.id, nextEvaluations);
  return { now, causes, changes, found: locked.map(({ key }) => key) };
}

/** Read after the environment's lock was got, so that the rows and the clock are newer than any earlier commit. */
async function lockBreakers(
  db: Queryable,
  environment: LockedEnvironment,
  keys: readonly string[],
): Promise<LoadedBreaker[]> {
  const found = await rows(
    db,
    `SELECT ${BREAKER_COLUMNS} FROM breaker b JOIN breaker_state s ON s.breaker_id = b.id
     WHERE s.environment_id = $1 AND b.project_id = $2 AND b.key = ANY($3) AND b.archived_at IS NULL
     ORDER BY b.key COLLATE "C" FOR NO KEY UPDATE OF s`,
    [environment.id, environment.projectId, keys],
  );
  return found.map(readBreaker);
}

interface Decided {
  readonly pending: PendingChange[];
  readonly causes: Pick<CommittedTransition, 'breaker' | 'cause'>[];
  readonly nextEvaluations: { readonly breakerId: string; readonly dueAt: Millis | null }[];
}

function decideAll(
  locked: readonly LockedBreaker[],
  actor: Actor,
  now: Millis,
  decide: (locked: LockedBreaker, now: Millis) => Decision,
): Decided {
  const decided: Decided = { pending: [], causes: [], nextEvaluations: [] };
  for (const breaker of locked) {
    const decision = decide(breaker, now);
    if (decision === null) continue;
    if (decision.transition === null) {
      if (decision.dueAt !== breaker.dueAt) {
        decided.nextEvaluations.push({ breakerId: breaker.breakerId, dueAt: decision.dueAt });
      }
    } else {
      decided.pending.push(transitionOf(breaker, decision, actor, now));
      const { cause } = decision.transition.evidence;
      decided.causes.push({ breaker: breaker.key, cause });
    }
  }
  return decided;
}

function transitionOf(
  before: LockedBreaker,
  change: CommitChange,
  actor: Actor,
  now: Millis,
): PendingChange {
  const { action, reason, transition } = change;
  const scope = partitionChanged(before, transition);
  const after = afterTransition(before, change, actor, now);
  return {
    after,
    action,
    reason,
    before: stateSummary(before, scope),
    summary: stateSummary(after, scope),
    evidence: transition.evidence,
  };
}

async function setDue(
  db: Queryable,
  environmentId: string,
  nextEvaluations: Decided['nextEvaluations'],
): Promise<void> {
  if (nextEvaluations.length === 0) return;
  await rows(
    db,
    `UPDATE breaker_state s SET due_at = to_timestamp(l.due_at / 1000.0)
     FROM unnest($2::uuid[], $3::float8[]) AS l(breaker_id, due_at)
     WHERE s.environment_id = $1 AND s.breaker_id = l.breaker_id`,
    [
      environmentId,
      nextEvaluations.map((look) => look.breakerId),
      nextEvaluations.map((look) => look.dueAt),
    ],
  );
}
