import { LIMITS, RecloserError, type SavedView, type SaveView } from '@recloser/protocol';
import type { Pool } from 'pg';
import { millis, rows, transaction, type Queryable } from '../sql.js';

/** Whose views, and of which environment's fleet; its id is one that was looked up. */
interface ViewsOf {
  readonly userId: string;
  readonly environmentId: string;
}

/** Views of the fleet, which each person keeps alone: nobody else's decision, and so in no audit log. */
export interface Views {
  /** The last saved first. */
  list(of: ViewsOf): Promise<SavedView[]>;
  /** One of the same name is replaced. @throws RecloserError `limit_reached` */
  save(of: ViewsOf, view: SaveView): Promise<SavedView[]>;
  /** One that is not there is no error: it is gone, as was wished. */
  remove(of: ViewsOf, name: string): Promise<SavedView[]>;
}

export function createViews(pool: Pool): Views {
  return {
    list: (of) => list(pool, of),
    save: (of, view) => transaction(pool, (db) => save(db, of, view)),
    remove: async (of, name) => {
      await rows(
        pool,
        `DELETE FROM saved_view WHERE user_id = $1 AND environment_id = $2 AND name = $3`,
        [of.userId, of.environmentId, name],
      );
      return list(pool, of);
    },
  };
}

function list(db: Queryable, { userId, environmentId }: ViewsOf): Promise<SavedView[]> {
  return rows<SavedView>(
    db,
    `SELECT name, query, ${millis('saved_at')} AS "savedAt" FROM saved_view
     WHERE user_id = $1 AND environment_id = $2 ORDER BY saved_at DESC, name COLLATE "C"`,
    [userId, environmentId],
  );
}

async function save(db: Queryable, of: ViewsOf, { name, query }: SaveView): Promise<SavedView[]> {
  // One at a time for each person, so that two at once do not pass the limit together.
  await rows(db, `SELECT 1 FROM "user" WHERE id = $1 FOR NO KEY UPDATE`, [of.userId]);
  const others = (await list(db, of)).filter((view) => view.name !== name);
  const limit = LIMITS.viewsPerPerson;
  if (others.length >= limit) {
    const message = `You keep ${limit} views of this environment, which is the most. Forget one of them first.`;
    throw new RecloserError('limit_reached', message, { limit });
  }
  await rows(
    db,
    `INSERT INTO saved_view (user_id, environment_id, name, query, saved_at)
     VALUES ($1, $2, $3, $4, clock_timestamp())
     ON CONFLICT (user_id, environment_id, name)
     DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at`,
    [of.userId, of.environmentId, name, query],
  );
  return list(db, of);
}
