import { DEFAULT_POLICY, initialState, type Control, type Millis, type Mode } from '@recloser/core';
import { RecloserError } from '@recloser/protocol';
import { isUuid } from '../ids.js';
import { BREAKER_COLUMNS, readBreaker } from './breaker-row.js';
import type {
  BreakerMeta,
  CommittedChange,
  EnvironmentHead,
  LoadedBreaker,
  LockedBreaker,
} from '../rows/model.js';
import { rows, type Queryable } from '../sql.js';
import { unknownEnvironment, type LockedEnvironment } from './write-changes.js';

/** What creating, editing or archiving did. */
export interface BreakerChange {
  /** The change in the environment asked for; null when nothing was to be changed. */
  readonly change: CommittedChange | null;
  /** Every environment whose change log went on, with its new head: to be told to the API nodes. */
  readonly heads: readonly EnvironmentHead[];
}

/** What creating or editing several of them did. */
export interface BreakerChanges {
  /** The changes in the environment asked for. */
  readonly changes: readonly CommittedChange[];
  readonly heads: readonly EnvironmentHead[];
}

/** @throws RecloserError `unknown_environment` */
export async function projectOf(db: Queryable, environmentId: string): Promise<string> {
  const [row] = isUuid(environmentId)
    ? await rows<{ project_id: string }>(db, `SELECT project_id FROM environment WHERE id = $1`, [
        environmentId,
      ])
    : [];
  if (row === undefined) throw unknownEnvironment(environmentId);
  return row.project_id;
}

/** Several breakers in those of the environments, all locked by the caller, in which they have a state; by key. */
export async function loadAllEverywhere(
  db: Queryable,
  environments: readonly LockedEnvironment[],
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly LoadedBreaker[]>> {
  const found = await rows(
    db,
    `SELECT ${BREAKER_COLUMNS} FROM breaker b JOIN breaker_state s ON s.breaker_id = b.id
     WHERE b.project_id = $1 AND b.key = ANY($2) AND b.archived_at IS NULL AND s.environment_id = ANY($3)
     ORDER BY s.environment_id FOR NO KEY UPDATE OF s`,
    [environments[0]?.projectId ?? null, keys, environments.map(({ id }) => id)],
  );
  const byKey = new Map<string, LoadedBreaker[]>();
  for (const breaker of found.map(readBreaker)) {
    const own = byKey.get(breaker.key);
    if (own === undefined) byKey.set(breaker.key, [breaker]);
    else own.push(breaker);
  }
  return byKey;
}

export function unknownBreaker(key: string): RecloserError {
  return new RecloserError(
    'unknown_breaker',
    `There is no breaker "${key}" in this environment. Check the key, or create it.`,
    { breaker: key },
  );
}

/** The mode of a breaker nobody has decided about: in production it must not block on its own account. */
export function defaultMode(environmentKind: string): Mode {
  return environmentKind === 'production' ? 'observe' : 'auto';
}

export function controlOf(mode: Mode): Control {
  return mode === 'held' ? { mode, until: null } : { mode };
}

/** A breaker as it begins: closed, with the default policy. */
export function freshBreaker(
  ids: { readonly environmentId: string; readonly breakerId: string },
  key: string,
  salt: string,
  meta: BreakerMeta,
  now: Millis,
): LockedBreaker {
  return {
    ...ids,
    key,
    salt,
    meta,
    version: 1,
    revision: 1,
    state: initialState(now),
    control: { mode: 'auto' },
    policy: DEFAULT_POLICY,
    rules: [],
    segments: [],
    seq: 0,
    dueAt: null,
    changedAt: now,
    last: null,
    outage: null,
  };
}

/** What the audit log keeps of a breaker's settings. */
export function settingsOf(breaker: LockedBreaker): Record<string, unknown> {
  const { name, description, owner, tags, cohortKey, group } = breaker.meta;
  const { revision, salt, policy, rules, control } = breaker;
  const { mode } = control;
  return { revision, name, description, owner, tags, cohortKey, group, salt, mode, policy, rules };
}
