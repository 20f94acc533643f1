import {
  type Clause,
  type KeyEndings,
  listNames,
  type Segment,
  type SegmentEdit as ValueEdit,
  segmentsNamedBy,
  validateRules,
  validateSegment,
} from '@recloser/core';
import { LIMITS, RecloserError, type Actor } from '@recloser/protocol';
import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import { isUuid } from '../ids.js';
import { BREAKER_COLUMNS, readBreaker } from '../breakers/breaker-row.js';
import type { EnvironmentHead, LoadedBreaker } from '../rows/model.js';
import { BULK, readClock, rows, transaction, type Queryable } from '../sql.js';
import { keyEndings } from './key-endings.js';
import { auditSettings, assertCapacity, assertRevision } from './keyed-settings.js';
import { applyEdits, auditedSegment } from './segment-values.js';
import {
  listSegments,
  readContents,
  readPatterns,
  readSegments,
  refuseTooLong,
  segmentRefs,
  segmentUses,
  type StoredSegment,
  type UsedSegment,
} from './segment-rows.js';
import {
  headAfter,
  lockEnvironment,
  unknownEnvironment,
  writeChanges,
  type LockedEnvironment,
} from '../breakers/write-changes.js';

export interface NewSegment {
  readonly key: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly clauses: readonly Clause[];
  readonly reason: string;
}

/** What is left out stays as it is. */
export interface SegmentEdit {
  /** The revision that the editor saw. */
  readonly expectedRevision: number;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly clauses?: readonly Clause[] | undefined;
  /** Values that come to clauses and go from them, after `clauses`. */
  readonly edits?: readonly ValueEdit[] | undefined;
  readonly reason: string;
}

export interface Segments {
  /** By key, with the breakers that name them, and of long ones the first values. @throws RecloserError `unknown_environment`, `corrupt_row` */
  list(environmentId: string): Promise<readonly UsedSegment[]>;
  /** @throws RecloserError `unknown_segment` */
  get(environmentId: string, key: string): Promise<UsedSegment>;
  /** What those of these segments hold that there are, each with its digest. */
  contents(environmentId: string, keys: readonly string[]): Promise<readonly Segment[]>;
  /** How the values of an attribute end that segments and rules list: what is known of cohort keys. */
  keyEndings(environmentId: string, attribute: string): Promise<KeyEndings>;
  /** @throws RecloserError `already_exists`, `limit_reached` */
  create(environmentId: string, actor: Actor, segment: NewSegment): Promise<EnvironmentHead>;
  /**
   * Changes a segment, and every breaker that names it in the same moment.
   * @throws RecloserError `unknown_segment`, `version_conflict` with `{ expected, actual }`, `invalid_segment`,
   * `invalid_rules`, `limit_reached`
   */
  edit(
    environmentId: string,
    actor: Actor,
    key: string,
    edit: SegmentEdit,
  ): Promise<EnvironmentHead>;
  /** @throws RecloserError `unknown_segment`, `segment_in_use` with `{ breakers }` */
  remove(
    environmentId: string,
    actor: Actor,
    key: string,
    reason: string,
  ): Promise<EnvironmentHead>;
}

export function createSegments(pool: Pool): Segments {
  return {
    list: (environmentId) => list(pool, environmentId),
    get: async (environmentId, key) => {
      if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
      const found = await findSegment(pool, environmentId, key);
      const uses = await segmentUses(pool, environmentId);
      return { ...found, usedBy: uses.get(key) ?? [] };
    },
    contents: (environmentId, keys) => readContents(pool, environmentId, keys),
    keyEndings: (environmentId, attribute) => keyEndings(pool, environmentId, attribute),
    create: (environmentId, actor, segment) =>
      transaction(pool, (db) => createSegmentIn(db, environmentId, actor, segment), BULK),
    edit: (environmentId, actor, key, edit) =>
      transaction(pool, (db) => editSegmentIn(db, environmentId, actor, key, edit), BULK),
    remove: (environmentId, actor, key, reason) =>
      transaction(pool, (db) => removeSegmentIn(db, environmentId, actor, key, reason)),
  };
}

async function list(db: Queryable, environmentId: string): Promise<UsedSegment[]> {
  if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
  const [segments, uses] = [
    await listSegments(db, environmentId),
    await segmentUses(db, environmentId),
  ];
  return segments.map((segment) => ({ ...segment, usedBy: uses.get(segment.key) ?? [] }));
}

/** `create` within the caller's transaction. */
export async function createSegmentIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  { key, name = key, description = '', clauses, reason }: NewSegment,
): Promise<EnvironmentHead> {
  const environment = await lockEnvironment(db, environmentId);
  const known = await rows<{ key: string }>(
    db,
    `SELECT key FROM segment WHERE environment_id = $1`,
    [environmentId],
  );
  assertCapacity(key, {
    kind: 'segment',
    known: known.map((segment) => segment.key),
    limit: LIMITS.segmentsPerEnvironment,
    spare: 'no longer used',
  });
  const at = await readClock(db);
  await rows(
    db,
    `INSERT INTO segment (environment_id, key, name, description, clauses) VALUES ($1, $2, $3, $4, $5)`,
    [environmentId, key, name, description, JSON.stringify(clauses)],
  );
  await refuseTooLong(db, environmentId);
  const after = auditedSegment({ key, name, description, clauses, revision: 1 });
  const change = { actor, action: 'segment.create', reason, at, before: null, after };
  return headAfter(await auditSettings(db, environment, change), 0);
}

/** `edit` within the caller's transaction. */
export async function editSegmentIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  key: string,
  edit: SegmentEdit,
): Promise<EnvironmentHead> {
  const environment = await lockEnvironment(db, environmentId);
  const before = await findSegment(db, environmentId, key);
  assertRevision(before, edit.expectedRevision);
  const { name = before.name, description = before.description, edits = [] } = edit;
  const clauses = applyEdits(edit.clauses ?? before.clauses, edits);
  if (edits.length > 0) refuseInvalid({ key, clauses });
  const at = await readClock(db);
  const after = { ...before, name, description, clauses, revision: before.revision + 1 };
  const same = { ...after, revision: before.revision };
  if (isDeepStrictEqual(same, before)) return headAfter(environment, 0);
  await rows(
    db,
    `UPDATE segment SET name = $3, description = $4, clauses = $5, revision = $6,
       updated_at = to_timestamp($7::float8 / 1000.0) WHERE environment_id = $1 AND key = $2`,
    [environmentId, key, name, description, JSON.stringify(clauses), after.revision, at],
  );
  await refuseTooLong(db, environmentId);
  const { reason } = edit;
  const change = { actor, action: 'segment.edit', reason, at };
  const settings = { before: auditedSegment(before), after: auditedSegment(after, edits) };
  const audited = await auditSettings(db, environment, { ...change, ...settings });
  if (isDeepStrictEqual(clauses, before.clauses)) return headAfter(audited, 0);
  return tellUsers(db, audited, actor, after, reason);
}

/** @throws RecloserError invalid_segment */
function refuseInvalid(segment: Segment): void {
  const problems = validateSegment(segment);
  const [first] = problems;
  if (first === undefined) return;
  throw new RecloserError('invalid_segment', `${first.path}: ${first.message}`, { problems });
}

/** Tells every breaker that names the segment of its new content. */
async function tellUsers(
  db: Queryable,
  environment: LockedEnvironment,
  actor: Actor,
  { key, revision }: StoredSegment,
  reason: string,
): Promise<EnvironmentHead> {
  const users = await lockUsers(db, environment, key);
  const named = [...new Set(users.flatMap(({ rules }) => segmentsNamedBy(rules)))];
  const patterns = await readPatterns(db, environment.id, named);
  const [ref = { key, clauses: [] }] = await segmentRefs(db, environment.id, [key]);
  const pending = users.map((user) => {
    const segments = user.segments.map((one) => (one.key === key ? ref : one));
    refuseTooMuch(user, validateRules(user.rules, patterns));
    const summary = { segment: key, segmentRevision: revision };
    const before = { segment: key, segmentRevision: revision - 1 };
    return { after: { ...user, segments }, action: 'segment.applied', reason, before, summary };
  });
  const now = users[0]?.now ?? 0;
  const changes = await writeChanges(db, environment, actor, now, pending, 'all');
  return headAfter(environment, changes.length);
}

function refuseTooMuch(user: LoadedBreaker, problems: ReturnType<typeof validateRules>): void {
  const [first] = problems;
  if (first === undefined) return;
  const message = `With these clauses the rules of "${user.key}" could not be kept: ${first.path}: ${first.message}`;
  throw new RecloserError('invalid_rules', message, { breaker: user.key, problems });
}

async function lockUsers(
  db: Queryable,
  environment: LockedEnvironment,
  segment: string,
): Promise<LoadedBreaker[]> {
  const found = await rows(
    db,
    `SELECT ${BREAKER_COLUMNS} FROM breaker b JOIN breaker_state s ON s.breaker_id = b.id
     WHERE s.environment_id = $1 AND b.archived_at IS NULL AND s.segments @> $2::jsonb
     ORDER BY b.key COLLATE "C" FOR NO KEY UPDATE OF s`,
    [environment.id, JSON.stringify([{ key: segment }])],
  );
  return found.map(readBreaker);
}

/** `remove` within the caller's transaction. */
export async function removeSegmentIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  key: string,
  reason: string,
): Promise<EnvironmentHead> {
  const environment = await lockEnvironment(db, environmentId);
  const before = await findSegment(db, environmentId, key);
  const users = await lockUsers(db, environment, key);
  if (users.length > 0) {
    const breakers = users.map((user) => user.key);
    const message = `The rules of ${listNames(breakers)} name "${key}". Take it out of them first.`;
    throw new RecloserError('segment_in_use', message, { segment: key, breakers });
  }
  const at = await readClock(db);
  await rows(db, `DELETE FROM segment WHERE environment_id = $1 AND key = $2`, [
    environmentId,
    key,
  ]);
  const change = { actor, action: 'segment.remove', reason, at };
  const settings = { before: auditedSegment(before), after: null };
  return headAfter(await auditSettings(db, environment, { ...change, ...settings }), 0);
}

async function findSegment(
  db: Queryable,
  environmentId: string,
  key: string,
): Promise<StoredSegment> {
  const [found] = await readSegments(db, environmentId, [key]);
  if (found === undefined) throw unknownSegment(key);
  return found;
}

function unknownSegment(key: string): RecloserError {
  const message = `There is no segment "${key}" in this environment. Check the key, or create it.`;
  return new RecloserError('unknown_segment', message, { segment: key });
}
