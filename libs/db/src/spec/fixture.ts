import { command, type Command, type EnvironmentKind } from '@recloser/core';
import type { Actor } from '@recloser/protocol';
import { testPostgres } from '@recloser/testing';
import pg from 'pg';
import { afterAll } from 'vitest';
import { createDatabase, type Database } from '../database.js';
import { migrate } from '../migrations/migrate.js';
import type { Decision, LockedBreaker, StoredEnvironment } from '../rows/model.js';

export const anna: Actor = { kind: 'user', id: 'u1', name: 'Anna' };
export const worker: Actor = { kind: 'system', id: 'w1', name: 'worker' };
export const sdk: Actor = { kind: 'sdk', id: 'k1', name: 'checkout' };

/** For `testPostgres`: one migrated database, copied for each file. */
const MIGRATED = {
  template: { name: 'recloser_db', prepare: (url: string) => migrate(url) },
};

export interface Fixture {
  readonly url: string;
  readonly db: Database;
  /** The owner's own connections, past the repositories. */
  readonly raw: pg.Pool;
  readonly production: StoredEnvironment;
  readonly development: StoredEnvironment;
}

/** A migrated database of its own for all tests of the file that asks for it; gone after the last. */
export async function openFixture(): Promise<Fixture> {
  const server = await testPostgres(MIGRATED);
  const { url } = server;
  const db = createDatabase(url);
  const raw = new pg.Pool({ connectionString: url, max: 4 });
  // Its connections may be cut while they end.
  raw.on('error', () => undefined);
  afterAll(async () => {
    await db.close();
    await raw.end();
    await server.close();
  });
  await db.environments.seedDefaults();
  return {
    url,
    db,
    raw,
    production: await db.environments.find('default', 'production'),
    development: await db.environments.find('default', 'development'),
  };
}

let projects = 0;

/** Ids of the two environments of a new project. */
export async function newProject({
  environments,
}: Database): Promise<{ live: string; dev: string }> {
  projects += 1;
  const project = `project-${projects}`;
  await environments.createProject(anna, project, project);
  const make = async (key: string, kind: EnvironmentKind): Promise<string> =>
    (await environments.create(anna, project, { key, name: key, kind })).id;
  return { live: await make('live', 'production'), dev: await make('dev', 'development') };
}

/** A `decide` that does what a person asks for, and throws what the core refuses. */
export function obey(input: Command, action = `test.${input.type}`) {
  return (locked: LockedBreaker, now: number): Decision => {
    const result = command(locked, input, now, 0.5);
    if (!result.ok) throw new Error(result.code);
    return { transition: result.transition, action, reason: 'test', dueAt: null };
  };
}

/** Opens what is closed and closes what is not, so that it can go on for ever. */
export function toggle(locked: LockedBreaker, now: number): Decision {
  const input: Command =
    locked.state.kind === 'closed' ? { type: 'trip', until: null } : { type: 'ramp.finish' };
  return obey(input)(locked, now);
}
