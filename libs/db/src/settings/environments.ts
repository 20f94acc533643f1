import type { EnvironmentKind } from '@recloser/core';
import { LIMITS, RecloserError, type Actor, type Project } from '@recloser/protocol';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { appendSystem } from '../audit/chain.js';
import { GENESIS } from '../audit/format.js';
import { isUuid, uuidv7 } from '../ids.js';
import type { EnvironmentHead, StoredEnvironment } from '../rows/model.js';
import { policyJson } from '../breakers/policy-json.js';
import { BULK, readClock, rows, transaction, type Queryable } from '../sql.js';
import { controlOf, defaultMode, freshBreaker } from '../breakers/breaker-rows.js';
import { unknownEnvironment } from '../breakers/write-changes.js';

export interface NewEnvironment {
  readonly key: string;
  readonly name: string;
  readonly kind: EnvironmentKind;
}

export interface Environments {
  /** All projects with their environments, by key. */
  list(): Promise<readonly Project[]>;
  /** @throws RecloserError `unknown_project`, `unknown_environment` */
  find(projectKey: string, environmentKey: string): Promise<StoredEnvironment>;
  /** @throws RecloserError `unknown_environment` */
  get(environmentId: string): Promise<StoredEnvironment>;
  /** @throws RecloserError `already_exists` */
  createProject(actor: Actor, key: string, name: string): Promise<void>;
  /** Makes an environment with all the project's breakers. @throws RecloserError `already_exists`, `unknown_project` */
  create(actor: Actor, projectKey: string, environment: NewEnvironment): Promise<StoredEnvironment>;
  /** Project `default` with `production` and `development`, if it is not there. */
  seedDefaults(): Promise<void>;
  /** Where every environment's change log stands. */
  heads(): Promise<readonly EnvironmentHead[]>;
  /** After a restore or failover: every SDK takes a full snapshot. @throws RecloserError `reason_required`, `unknown_environment` */
  renewEpoch(actor: Actor, environmentId: string, reason: string): Promise<EnvironmentHead>;
  /** The same, unless the epoch is another one by now: of several who notice at once one does it. Null: it is another one. */
  renewEpochOf(
    environmentId: string,
    epoch: string,
    reason: string,
  ): Promise<EnvironmentHead | null>;
}

const SYSTEM: Actor = { kind: 'system', id: null, name: 'Recloser' };

const COLUMNS = `e.id, e.project_id AS "projectId", p.key AS "projectKey", e.key, e.name, e.kind, e.epoch,
  e.seq::float8 AS seq`;
const SELECT = `SELECT ${COLUMNS} FROM environment e JOIN project p ON p.id = e.project_id`;

type EnvironmentRow = StoredEnvironment & Record<string, unknown>;

export function createEnvironments(pool: Pool): Environments {
  return {
    list: () => list(pool),
    find: (projectKey, environmentKey) => find(pool, projectKey, environmentKey),
    get: async (id) => {
      const [row] = isUuid(id)
        ? await rows<EnvironmentRow>(pool, `${SELECT} WHERE e.id = $1`, [id])
        : [];
      if (row === undefined) throw unknownEnvironment(id);
      return row;
    },
    createProject: (actor, key, name) =>
      transaction(pool, async (db) => {
        const now = await readClock(db);
        if (!(await insertProject(db, now, key, name))) throw taken('project', key);
        await note(db, actor, 'project.create', now, { project: key, name });
      }),
    create: (actor, projectKey, environment) =>
      transaction(
        pool,
        async (db) => {
          const projectId = await lockedProject(db, projectKey);
          const now = await readClock(db);
          if (!(await insertEnvironment(db, projectId, now, environment)))
            throw taken('environment', environment.key);
          await note(db, actor, 'environment.create', now, { project: projectKey, ...environment });
          return find(db, projectKey, environment.key);
        },
        BULK,
      ),
    seedDefaults: () => transaction(pool, seedDefaults),
    heads: async () =>
      rows<EnvironmentHead & Record<string, unknown>>(
        pool,
        `SELECT id, epoch, seq::float8 AS seq FROM environment`,
      ),
    renewEpoch: (actor, id, reason) => transaction(pool, (db) => renewEpoch(db, actor, id, reason)),
    renewEpochOf: (id, epoch, reason) =>
      transaction(pool, async (db) => {
        const [row] = await rows<{ epoch: string }>(
          db,
          `SELECT epoch FROM environment WHERE id = $1 FOR NO KEY UPDATE`,
          [id],
        );
        return row?.epoch === epoch ? renewEpoch(db, SYSTEM, id, reason) : null;
      }),
  };
}

interface ListedRow {
  project_key: string;
  project_name: string;
  id: string | null;
  key: string;
  name: string;
  kind: EnvironmentKind;
  seq: number;
}

async function list(pool: Pool): Promise<Project[]> {
  const found = await rows<ListedRow & Record<string, unknown>>(
    pool,
    `SELECT p.key AS project_key, p.name AS project_name, e.id, e.key, e.name, e.kind, e.seq::float8 AS seq
     FROM project p LEFT JOIN environment e ON e.project_id = p.id
     ORDER BY p.key, e.kind, e.key`,
  );
  const projects = new Map<string, Project>();
  for (const row of found) {
    const project = projects.get(row.project_key) ?? {
      key: row.project_key,
      name: row.project_name,
      environments: [],
    };
    projects.set(row.project_key, project);
    const { id, key, name, kind, seq } = row;
    if (id !== null) project.environments.push({ id, key, name, kind, seq });
  }
  return [...projects.values()];
}

async function find(
  db: Queryable,
  projectKey: string,
  environmentKey: string,
): Promise<StoredEnvironment> {
  const [row] = await rows<EnvironmentRow>(db, `${SELECT} WHERE p.key = $1 AND e.key = $2`, [
    projectKey,
    environmentKey,
  ]);
  if (row !== undefined) return row;
  const [project] = await rows(db, `SELECT 1 FROM project WHERE key = $1`, [projectKey]);
  if (project === undefined) throw unknownProject(projectKey);
  throw new RecloserError(
    'unknown_environment',
    `Project "${projectKey}" has no environment "${environmentKey}". GET /v1/projects lists them.`,
    { project: projectKey, environment: environmentKey },
  );
}

function unknownProject(key: string): RecloserError {
  return new RecloserError(
    'unknown_project',
    `There is no project "${key}". GET /v1/projects lists them.`,
    {
      project: key,
    },
  );
}

function taken(what: string, key: string): RecloserError {
  return new RecloserError(
    'already_exists',
    `There is a ${what} "${key}" already. Choose another key.`,
    { key },
  );
}

async function lockedProject(db: Queryable, key: string): Promise<string> {
  const [row] = await rows<{ id: string }>(
    db,
    `SELECT id FROM project WHERE key = $1 FOR NO KEY UPDATE`,
    [key],
  );
  if (row === undefined) throw unknownProject(key);
  return row.id;
}

async function insertProject(
  db: Queryable,
  now: number,
  key: string,
  name: string,
): Promise<boolean> {
  const made = await rows(
    db,
    `INSERT INTO project (id, key, name) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING RETURNING 1`,
    [uuidv7(now), key, name],
  );
  return made.length > 0;
}

/** The caller has locked the project, so that no breaker is made meanwhile. */
async function insertEnvironment(
  db: Queryable,
  projectId: string,
  now: number,
  { key, name, kind }: NewEnvironment,
): Promise<boolean> {
  const [made] = await rows<{ id: string }>(
    db,
    `INSERT INTO environment (id, project_id, key, name, kind, epoch, audit_head) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (project_id, key) DO NOTHING RETURNING id`,
    [uuidv7(now), projectId, key, name, kind, randomUUID(), GENESIS],
  );
  if (made === undefined) return false;
  const { state, policy } = freshBreaker(
    { environmentId: made.id, breakerId: '' },
    '',
    '',
    {
      name,
      description: '',
      owner: '',
      tags: [],
      cohortKey: '',
      group: null,
      discovered: false,
      createdAt: now,
    },
    now,
  );
  // These breakers begin with the environment: its first snapshot has them, at seq 0.
  await rows(
    db,
    `INSERT INTO breaker_state (environment_id, breaker_id, mode, state, policy, changed_at)
     SELECT $1, id, $3, $4, $5, to_timestamp($6::float8 / 1000.0) FROM breaker
     WHERE project_id = $2 AND archived_at IS NULL`,
    [
      made.id,
      projectId,
      controlOf(defaultMode(kind)).mode,
      JSON.stringify(state),
      JSON.stringify(policyJson(policy)),
      now,
    ],
  );
  return true;
}

async function seedDefaults(db: Queryable): Promise<void> {
  const now = await readClock(db);
  if (await insertProject(db, now, 'default', 'Default')) {
    await note(db, SYSTEM, 'project.create', now, { project: 'default', name: 'Default' });
  }
  const projectId = await lockedProject(db, 'default');
  const defaults: readonly NewEnvironment[] = [
    { key: 'production', name: 'Production', kind: 'production' },
    { key: 'development', name: 'Development', kind: 'development' },
  ];
  for (const environment of defaults) {
    if (await insertEnvironment(db, projectId, now, environment)) {
      await note(db, SYSTEM, 'environment.create', now, { project: 'default', ...environment });
    }
  }
}

/** Also for callers that have a transaction. */
export async function renewEpoch(
  db: Queryable,
  actor: Actor,
  id: string,
  reason: string,
): Promise<EnvironmentHead> {
  if (reason.trim() === '' || reason.length > LIMITS.reasonLength) {
    throw new RecloserError('reason_required', 'Say why the environment needs a new epoch.');
  }
  const [before] = isUuid(id)
    ? await rows<{ epoch: string }>(
        db,
        `SELECT epoch FROM environment WHERE id = $1 FOR NO KEY UPDATE`,
        [id],
      )
    : [];
  const [row] = isUuid(id)
    ? await rows<EnvironmentHead & Record<string, unknown>>(
        db,
        `UPDATE environment SET epoch = $2 WHERE id = $1 RETURNING id, epoch, seq::float8 AS seq`,
        [id, randomUUID()],
      )
    : [];
  if (row === undefined || before === undefined) throw unknownEnvironment(id);
  const now = await readClock(db);
  await appendSystem(db, [
    {
      actor,
      action: 'environment.renew_epoch',
      reason,
      at: now,
      breaker: null,
      seq: null,
      body: { before, after: row, evidence: null },
    },
  ]);
  return { id: row.id, epoch: row.epoch, seq: row.seq };
}

function note(
  db: Queryable,
  actor: Actor,
  action: string,
  at: number,
  after: Record<string, unknown>,
): Promise<readonly string[]> {
  const body = { before: null, after, evidence: null };
  return appendSystem(db, [{ actor, action, reason: '', at, breaker: null, seq: null, body }]);
}
