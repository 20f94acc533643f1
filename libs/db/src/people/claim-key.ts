import { RecloserError } from '@recloser/protocol';
import type { Client, Pool } from 'pg';
import { rows } from '../sql.js';
import { Claims, claimsOf } from './claims.js';

/** From now on the database takes claims of this AUTH_SECRET alone. For the owner. */
export async function keepClaimKey(owner: Client, secret: string): Promise<void> {
  const { innerPad, outerPad } = new Claims(secret).padded;
  await owner.query(
    `INSERT INTO claim_key (inner_pad, outer_pad) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad`,
    [innerPad, outerPad],
  );
}

/** @throws RecloserError `unavailable` when the database knows another AUTH_SECRET than this process. */
export async function checkSecret(pool: Pool): Promise<void> {
  const claim = claimsOf(pool)?.of('check') ?? null;
  const [row] = await rows<{ known: boolean }>(
    pool,
    `SELECT recloser_is_claimed('check', $1) AS known`,
    [claim],
  );
  if (row?.known === true) return;
  throw new RecloserError(
    'unavailable',
    'AUTH_SECRET is not the one that migrations were last run with. Set that one, or run `npm run migrate` with this one.',
  );
}
