import type { Pool } from 'pg';
import { rows } from '../sql.js';

/** What is looked up by a secret, and says when that was last. */
type SecretTable = 'sdk_key' | 'api_token' | 'incoming_trigger';

/**
 * Notes that a secret was used, at most once a minute. A thousand instances that connect at once write it once; a row
 * locked by another is being touched already.
 */
export async function touch(pool: Pool, table: SecretTable, id: string): Promise<void> {
  await rows(
    pool,
    `UPDATE ${table} SET last_used_at = now() WHERE id = (
       SELECT id FROM ${table} WHERE id = $1
         AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
       FOR NO KEY UPDATE SKIP LOCKED
     )`,
    [id],
  );
}
