import { nextDue, type Millis, type Policy, type Rule, type Segment } from '@recloser/core';
import type { Actor } from '@recloser/protocol';
import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import type { BreakerMeta, LoadedBreaker, LockedBreaker } from '../rows/model.js';
import { readClock, rows, transaction, type Queryable } from '../sql.js';
import { refuseUnlessClosed, saltAfter } from './breaker-group.js';
import {
  loadEverywhere,
  projectOf,
  settingsOf,
  unknownBreaker,
  type BreakerChange,
} from './breaker-rows.js';
import { assertRevision } from '../settings/keyed-settings.js';
import { segmentsOf } from '../settings/segment-rows.js';
import {
  headAfter,
  lockEnvironment,
  lockProject,
  writeChanges,
  type LockedEnvironment,
} from './write-changes.js';

/** Settings to change; what is left out stays as it is. */
export interface BreakerEdit {
  /** The revision that the editor saw. */
  readonly expectedRevision: number;
  readonly reason: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly cohortKey?: string | undefined;
  /** Its recovery group; null: none. */
  readonly group?: string | null | undefined;
  readonly policy?: Policy | undefined;
  readonly rules?: readonly Rule[] | undefined;
  /** Nobody asked for it: the audit action that says so. Such an edit is refused unless the breaker is closed. */
  readonly learned?: string | undefined;
}

export function editBreaker(
  pool: Pool,
  environmentId: string,
  actor: Actor,
  key: string,
  edit: BreakerEdit,
): Promise<BreakerChange> {
  return transaction(pool, (db) => editBreakerIn(db, environmentId, actor, key, edit));
}

/** `editBreaker` within the caller's transaction. */
export async function editBreakerIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  key: string,
  edit: BreakerEdit,
): Promise<BreakerChange> {
  const environments = touchesMeta(edit)
    ? await lockProject(db, await projectOf(db, environmentId))
    : [await lockEnvironment(db, environmentId)];
  const everywhere = await loadEverywhere(db, environments, key);
  const here = everywhere.find((breaker) => breaker.environmentId === environmentId);
  if (here === undefined) throw unknownBreaker(key);
  assertRevision(here, edit.expectedRevision);
  if (edit.learned !== undefined) refuseUnlessClosed([here], 'its learned timeout');
  const now = await readClock(db);
  const meta = editedMeta(here.meta, edit);
  refuseOtherAccounts(here, everywhere, meta, edit);
  const salt = await saltAfter(db, environments[0]?.projectId ?? '', here, meta);
  if (!isDeepStrictEqual(meta, here.meta)) await writeMeta(db, here.breakerId, meta, salt);
  const segments = edit.rules && (await segmentsOf(db, environmentId, edit.rules));
  let change: BreakerChange['change'] = null;
  const heads: ReturnType<typeof headAfter>[] = [];
  for (const environment of environments) {
    const before = everywhere.find((breaker) => breaker.environmentId === environment.id);
    const input = environment.id === environmentId ? { ...edit, segments } : {};
    const after = before && edited(before, { meta, salt }, input, now);
    if (before === undefined || after === undefined) continue;
    const [written] = await write(db, environment, actor, now, before, after, edit);
    heads.push(headAfter(environment, 1));
    if (environment.id === environmentId) change = written ?? null;
  }
  return { change, heads };
}

function touchesMeta(edit: BreakerEdit): boolean {
  const { name, description, owner, tags, cohortKey, group } = edit;
  return [name, description, owner, tags, cohortKey, group].some((value) => value !== undefined);
}

/** @throws RecloserError `not_closed` */
function refuseOtherAccounts(
  here: LockedBreaker,
  everywhere: readonly LockedBreaker[],
  meta: BreakerMeta,
  { policy = here.policy }: BreakerEdit,
): void {
  if (meta.group !== here.meta.group) refuseUnlessClosed(everywhere, 'its recovery group');
  if (policy.recovery.cohort !== here.policy.recovery.cohort) {
    refuseUnlessClosed([here], 'how accounts are chosen');
  }
}

async function writeMeta(
  db: Queryable,
  breakerId: string,
  meta: BreakerMeta,
  salt: string,
): Promise<void> {
  const { name, description, owner, tags, cohortKey, group } = meta;
  await rows(
    db,
    `UPDATE breaker SET name = $2, description = $3, owner = $4, tags = $5, cohort_key = $6,
       recovery_group = $7, salt = $8 WHERE id = $1`,
    [breakerId, name, description, owner, tags, cohortKey, group, salt],
  );
}

function editedMeta(meta: BreakerMeta, edit: BreakerEdit): BreakerMeta {
  return {
    ...meta,
    name: edit.name ?? meta.name,
    description: edit.description ?? meta.description,
    owner: edit.owner ?? meta.owner,
    tags: edit.tags ?? meta.tags,
    cohortKey: edit.cohortKey ?? meta.cohortKey,
    group: edit.group === undefined ? meta.group : edit.group,
  };
}

/** The breaker with the next revision, or undefined when nothing about it changes. */
function edited(
  before: LockedBreaker,
  shared: Pick<LockedBreaker, 'meta' | 'salt'>,
  edit: Pick<BreakerEdit, 'policy' | 'rules'> & { segments?: readonly Segment[] | undefined },
  now: Millis,
): LockedBreaker | undefined {
  const policy = edit.policy ?? before.policy;
  const rules = edit.rules ?? before.rules;
  const policyChanged = !isDeepStrictEqual(policy, before.policy);
  const same =
    !policyChanged &&
    isDeepStrictEqual(shared.meta, before.meta) &&
    isDeepStrictEqual(rules, before.rules);
  if (same) return undefined;
  return {
    ...before,
    ...shared,
    policy,
    rules,
    segments: edit.segments ?? before.segments,
    revision: before.revision + 1,
    dueAt: policyChanged ? nextDue({ ...before, policy }, now) : before.dueAt,
  };
}

function write(
  db: Parameters<typeof writeChanges>[0],
  environment: LockedEnvironment,
  actor: Actor,
  now: Millis,
  loaded: LoadedBreaker,
  after: LockedBreaker,
  { reason, learned = 'breaker.edit' }: BreakerEdit,
): ReturnType<typeof writeChanges> {
  const [before, summary] = differing(settingsOf(loaded), settingsOf(after));
  const pending = { after, action: learned, reason, before, summary };
  return writeChanges(db, environment, actor, now, [pending], 'all');
}

/** Of two records with the same members, those that differ. */
function differing(
  a: Record<string, unknown>,
  b: Record<string, unknown>,
): [Record<string, unknown>, Record<string, unknown>] {
  const names = Object.keys(a).filter((name) => !isDeepStrictEqual(a[name], b[name]));
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(names.map((name) => [name, from[name]]));
  return [pick(a), pick(b)];
}
