import { command, type Command } from '@recloser/core';
import type { Actor } from '@recloser/protocol';
import pg from 'pg';
import { createDatabase, type Database } from '../database.js';
import { migrate } from '../migrations/migrate.js';
import type { Decision, LockedBreaker, StoredEnvironment } from '../rows/model.js';

export const anna: Actor = { kind: 'user', id: 'u1', name: 'Anna' };
export const worker: Actor = { kind: 'system', id: 'w1', name: 'worker' };
export const sdk: Actor = { kind: 'sdk', id: 'k1', name: 'checkout' };

/** For `testPostgres`: one migrated database, copied for each file. */
export const MIGRATED = {
  template: { name: 'recloser_db', prepare: (url: string) => migrate(url) },
};

export interface Fixture {
  readonly db: Database;
  /** The owner's own connections, past the repositories. */
  readonly raw: pg.Pool;
  readonly production: StoredEnvironment;
  readonly development: StoredEnvironment;
  close(): Promise<void>;
}

export async function openFixture(url: string): Promise<Fixture> {
  const db = createDatabase(url);
  const raw = new pg.Pool({ connectionString: url, max: 4 });
  await db.environments.seedDefaults();
  return {
    db,
    raw,
    production: await db.environments.find('default', 'production'),
    development: await db.environments.find('default', 'development'),
    close: async () => {
      await db.close();
      await raw.end();
    },
  };
}

/** A `decide` that does what a person asks for, and throws what the core refuses. */
export function obey(wish: Command, action = `test.${wish.type}`) {
  return (locked: LockedBreaker, now: number): Decision => {
    const result = command(locked, wish, now, 0.5);
    if (!result.ok) throw new Error(result.code);
    return { transition: result.transition, action, reason: 'test', dueAt: null };
  };
}

/** Opens what is closed and closes what is not, so that it can go on for ever. */
export function toggle(locked: LockedBreaker, now: number): Decision {
  const wish: Command =
    locked.state.kind === 'closed' ? { type: 'trip', until: null } : { type: 'ramp.finish' };
  return obey(wish)(locked, now);
}
