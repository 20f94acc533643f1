import { nextDue, type Millis, type Policy, type Rule, type Segment } from '@recloser/core';
import type { Actor } from '@recloser/protocol';
import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import type {
  BreakerMeta,
  CommittedChange,
  EnvironmentHead,
  LoadedBreaker,
  LockedBreaker,
} from '../rows/model.js';
import { readClock, rows, transaction, type Queryable } from '../sql.js';
import { refuseUnlessClosed, saltAfter } from './breaker-group.js';
import {
  loadAllEverywhere,
  projectOf,
  settingsOf,
  unknownBreaker,
  type BreakerChange,
  type BreakerChanges,
} from './breaker-rows.js';
import { assertRevision } from '../settings/keyed-settings.js';
import { segmentsOfEach } from '../settings/segment-rows.js';
import {
  headAfter,
  lockEnvironment,
  lockProject,
  type PendingChange,
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
async function editBreakerIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  key: string,
  edit: BreakerEdit,
): Promise<BreakerChange> {
  const { changes, heads } = await editBreakersIn(db, environmentId, actor, [{ ...edit, key }]);
  return { change: changes[0] ?? null, heads };
}

/** An edit with the breaker that it is about. */
export type KeyedBreakerEdit = BreakerEdit & { readonly key: string };

/** Edits several, each once, in a few statements. A hundred take some ms of the event loop. */
export async function editBreakersIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  edits: readonly KeyedBreakerEdit[],
): Promise<BreakerChanges> {
  const environments = edits.some(touchesMeta)
    ? await lockProject(db, await projectOf(db, environmentId))
    : [await lockEnvironment(db, environmentId)];
  const keys = edits.map(({ key }) => key);
  const stored = await loadAllEverywhere(db, environments, keys);
  const now = await readClock(db);
  const named = await segmentsOfEach(
    db,
    environmentId,
    edits.map(({ rules = [] }) => rules),
  );
  const prepared: Prepared[] = [];
  for (const [index, edit] of edits.entries()) {
    const everywhere = stored.get(edit.key) ?? [];
    const segments = edit.rules && (named[index] ?? []);
    prepared.push(await prepare(db, { environments, environmentId, everywhere, segments }, edit));
  }
  let changes: readonly CommittedChange[] = [];
  const heads: EnvironmentHead[] = [];
  for (const environment of environments) {
    const here = environment.id === environmentId;
    const pending = prepared.flatMap((one) => pendingIn(environment.id, here, one, now));
    if (pending.length === 0) continue;
    const written = await writeChanges(db, environment, actor, now, pending, 'all');
    heads.push(headAfter(environment, pending.length));
    if (here) changes = written;
  }
  return { changes, heads };
}

interface Found {
  readonly environments: readonly LockedEnvironment[];
  readonly environmentId: string;
  readonly everywhere: readonly LoadedBreaker[];
  /** Those that its new rules name. */
  readonly segments: readonly Segment[] | undefined;
}

/** An edit that was checked, and whose settings of all environments are written. */
interface Prepared extends Pick<Found, 'everywhere' | 'segments'> {
  readonly edit: KeyedBreakerEdit;
  readonly shared: Pick<LockedBreaker, 'meta' | 'salt'>;
}

async function prepare(
  db: Queryable,
  { environments, environmentId, everywhere, segments }: Found,
  edit: KeyedBreakerEdit,
): Promise<Prepared> {
  const here = everywhere.find((breaker) => breaker.environmentId === environmentId);
  if (here === undefined) throw unknownBreaker(edit.key);
  assertRevision(here, edit.expectedRevision);
  if (edit.learned !== undefined) refuseUnlessClosed([here], 'its learned timeout');
  const meta = editedMeta(here.meta, edit);
  refuseOtherAccounts(here, everywhere, meta, edit);
  const salt = await saltAfter(db, environments[0]?.projectId ?? '', here, meta);
  if (!isDeepStrictEqual(meta, here.meta)) await writeMeta(db, here.breakerId, meta, salt);
  return { everywhere, segments, edit, shared: { meta, salt } };
}

/** What an edit changes in one environment, if anything. */
function pendingIn(
  environmentId: string,
  here: boolean,
  { everywhere, segments, edit, shared }: Prepared,
  now: Millis,
): PendingChange[] {
  const before = everywhere.find((breaker) => breaker.environmentId === environmentId);
  const after = before && edited(before, shared, here ? { ...edit, segments } : {}, now);
  return before === undefined || after === undefined ? [] : [pendingOf(before, after, edit)];
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

function pendingOf(
  loaded: LoadedBreaker,
  after: LockedBreaker,
  { reason, learned = 'breaker.edit' }: BreakerEdit,
): PendingChange {
  const [before, summary] = differing(settingsOf(loaded), settingsOf(after));
  return { after, action: learned, reason, before, summary };
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
