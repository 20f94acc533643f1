import type { Actor } from '@recloser/protocol';
import type pg from 'pg';

/** Makes a person with a session that lasts so long, as better-auth would. Only the tables' owner may make an admin. */
export async function signIn(
  owner: Pick<pg.Client, 'query'>,
  { id, name }: Actor,
  role = 'admin',
  lasts = '1 hour',
): Promise<void> {
  await owner.query(
    `INSERT INTO "user" (id, name, email, role, updated_at) VALUES ($1, $2, $1, $3::"Role", now())`,
    [id, name, role],
  );
  await owner.query(
    `INSERT INTO session (id, token, user_id, expires_at, updated_at)
     VALUES ($1, $1, $1, now() + $2::interval, now())`,
    [id, lasts],
  );
}
