import type { Client } from 'pg';

const PRISMA_LOCK = 72_707_369;
const APPLIED = 'recloser: the script was applied';

/**
 * Run with a migration's script, in its transaction: says that the script took effect, should the process end before
 * Prisma's engine has written so.
 */
export const MARK_APPLIED = `
DO $mark$ BEGIN
  IF to_regclass('_prisma_migrations') IS NOT NULL THEN
    UPDATE _prisma_migrations SET logs = '${APPLIED}' WHERE finished_at IS NULL AND rolled_back_at IS NULL;
  END IF;
END $mark$;`;

/**
 * Brings migrations that were begun and never finished, because the process or the server ended, to the state that
 * `prisma migrate resolve` would: a script takes effect whole or not at all, so that each either was applied or is to
 * be tried again.
 */
export async function settleUnfinished(client: Client): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`,
  );
  if (rows[0]?.found !== true) return;
  // Prisma's own command holds this lock while it works: its migration is not unfinished.
  await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
  try {
    await client.query(
      `UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1, logs = NULL
       WHERE finished_at IS NULL AND rolled_back_at IS NULL AND logs = $1`,
      [APPLIED],
    );
    await client.query(
      `UPDATE _prisma_migrations SET rolled_back_at = now()
       WHERE finished_at IS NULL AND rolled_back_at IS NULL`,
    );
    await clearMarks(client);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [PRISMA_LOCK]);
  }
}

/** Leaves no trace of ours in Prisma's table. */
export async function clearMarks(client: Client): Promise<void> {
  await client.query(
    `UPDATE _prisma_migrations SET logs = NULL WHERE logs = $1 AND finished_at IS NOT NULL`,
    [APPLIED],
  );
}
