import { LIMITS, type Actor, type SetAside } from '@recloser/protocol';
import { millis, rows, type Queryable } from '../sql.js';
import type { ClaimedChannel } from './channel-delivery.js';
import { auditChannel, channelSettingsOf, findChannel, SET_ASIDE_SHOWN } from './channel-rows.js';
import { lockEnvironment } from '../breakers/write-changes.js';

const SYSTEM: Actor = { kind: 'system', id: null, name: 'Recloser' };

/** An event that is not sent any more. */
export interface SetAsideEvent {
  readonly chainSeq: number;
  readonly event: string;
  readonly type: string;
  readonly breaker: string | null;
  readonly at: number;
  readonly tries: number;
  readonly why: string;
}

/**
 * One statement, so that an event is never passed over without a row that says so. Whether the channel is failing is
 * for the next event to tell.
 */
export async function noteSetAside(
  db: Queryable,
  { id }: ClaimedChannel,
  { chainSeq, event, type, breaker, at, tries, why }: SetAsideEvent,
): Promise<void> {
  await rows(
    db,
    `WITH passed AS (
       UPDATE channel SET told_seq = greatest(told_seq, $2), failures = 0, next_at = NULL WHERE id = $1 RETURNING id
     ), spare AS (
       DELETE FROM set_aside WHERE channel_id = $1 AND chain_seq IN (
         SELECT chain_seq FROM set_aside WHERE channel_id = $1 ORDER BY chain_seq DESC OFFSET $9)
     )
     INSERT INTO set_aside (channel_id, chain_seq, event_id, type, breaker, happened_at, set_aside_at, tries, why)
     SELECT id, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), clock_timestamp(), $7, $8 FROM passed
     ON CONFLICT DO NOTHING`,
    [id, chainSeq, event, type, breaker, at, tries, why, LIMITS.setAsidePerChannel - 1],
  );
}

export function listSetAside(db: Queryable, id: string): Promise<readonly SetAside[]> {
  return rows<SetAside & Record<string, unknown>>(
    db,
    `SELECT event_id AS event, type, breaker, ${millis('happened_at')} AS at,
       ${millis('set_aside_at')} AS "setAsideAt", tries, why
     FROM set_aside WHERE channel_id = $1 AND ${SET_ASIDE_SHOWN} ORDER BY chain_seq DESC`,
    [id],
  );
}

/** Pauses it, once, with an audit row of its own. */
export async function stopChannel(
  db: Queryable,
  { environmentId, id }: ClaimedChannel,
  why: string,
): Promise<void> {
  const environment = await lockEnvironment(db, environmentId);
  const before = await findChannel(db, environmentId, id);
  if (before.paused) return;
  await rows(
    db,
    `UPDATE channel SET paused = true, revision = revision + 1, stopped_at = clock_timestamp(), stopped_why = $2,
       failures = 0, failing_since = NULL, next_at = NULL, why = '' WHERE id = $1`,
    [id, why],
  );
  const after = await findChannel(db, environmentId, id);
  const change = { before: channelSettingsOf(before), after: channelSettingsOf(after) };
  await auditChannel(db, environment, SYSTEM, { action: 'channel.stop', reason: why, ...change });
}
