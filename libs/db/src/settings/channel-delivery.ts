import type { ChannelEvent, ChannelKind } from '@recloser/protocol';
import { millis, rows, type Queryable } from '../sql.js';

/** A header that is sent with every message. */
export interface ChannelHeader {
  readonly name: string;
  readonly value: string;
}

/** A channel that a worker is to serve. */
export interface ClaimedChannel {
  readonly id: string;
  readonly environmentId: string;
  /** Keys of its project and environment. */
  readonly project: string;
  readonly environment: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly url: string;
  /** What its messages are signed with, the newest first; [] for kinds that sign nothing. */
  readonly secrets: readonly string[];
  readonly headers: readonly ChannelHeader[];
  readonly events: readonly ChannelEvent[];
  readonly tags: readonly string[];
  readonly paused: boolean;
  /** Where it goes on in the environment's audit chain. */
  readonly toldSeq: number;
  /** How often the event that it stands at was sent in vain. */
  readonly failures: number;
  /** What the last attempt failed with; '': it did not. */
  readonly why: string;
  /** When a test was asked for that was not sent yet; null: none. */
  readonly testAskedAt: number | null;
}

/** Not leased, and with events that wait, or a test. Locked rows are another worker's. */
const WAITING = `SELECT c.id FROM channel c JOIN environment e ON e.id = c.environment_id
  WHERE (c.leased_until IS NULL OR c.leased_until <= clock_timestamp())
    AND (c.next_at IS NULL OR c.next_at <= clock_timestamp())
    AND ((e.audit_seq > c.told_seq AND NOT c.paused) OR (c.test_asked_at IS NOT NULL AND c.test_done_at IS NULL))
  ORDER BY c.next_at NULLS FIRST LIMIT $1 FOR UPDATE OF c SKIP LOCKED`;

export async function claimChannels(
  db: Queryable,
  limit: number,
  leaseMs: number,
): Promise<readonly ClaimedChannel[]> {
  const claimed = await rows<ClaimedRow>(
    db,
    `WITH waiting AS (${WAITING})
     UPDATE channel c SET leased_until = clock_timestamp() + $2::float8 * interval '1 millisecond'
     FROM waiting w, environment e, project p
     WHERE c.id = w.id AND e.id = c.environment_id AND p.id = e.project_id
     RETURNING c.id, c.environment_id AS "environmentId", p.key AS project, e.key AS environment, c.name, c.kind,
       c.url, c.headers, c.events, c.tags, c.paused, c.told_seq::float8 AS "toldSeq", c.failures, c.why,
       array_remove(ARRAY[c.secret, CASE WHEN c.previous_until > clock_timestamp() THEN c.previous_secret END], '')
         AS "allSecrets",
       CASE WHEN c.test_done_at IS NULL THEN ${millis('c.test_asked_at')} END AS "testAskedAt"`,
    [limit, leaseMs],
  );
  return claimed.map(({ allSecrets, ...channel }) => ({
    ...channel,
    secrets: allSecrets.filter((secret) => secret !== null),
  }));
}

type ClaimedRow = Omit<ClaimedChannel, 'secrets'> & {
  readonly allSecrets: readonly (string | null)[];
};

/** `told_seq` only grows: an edit that resumed the channel meanwhile has moved it further. */
export async function noteDelivered(
  db: Queryable,
  { id }: ClaimedChannel,
  chainSeq: number,
): Promise<void> {
  await rows(db, `UPDATE channel SET told_seq = greatest(told_seq, $2) WHERE id = $1`, [
    id,
    chainSeq,
  ]);
}

export async function noteSent(
  db: Queryable,
  { id }: ClaimedChannel,
  chainSeq: number,
): Promise<void> {
  await rows(
    db,
    `UPDATE channel SET told_seq = greatest(told_seq, $2), last_sent_at = clock_timestamp(), failures = 0,
       failing_since = NULL, next_at = NULL, why = '' WHERE id = $1`,
    [id, chainSeq],
  );
}

export async function noteFailure(
  db: Queryable,
  { id }: ClaimedChannel,
  why: string,
  waitMs: number,
): Promise<void> {
  await rows(
    db,
    `UPDATE channel SET failures = failures + 1, failing_since = coalesce(failing_since, clock_timestamp()), why = $2,
       next_at = clock_timestamp() + $3::float8 * interval '1 millisecond' WHERE id = $1`,
    [id, why, waitMs],
  );
}

/** One that was asked for again meanwhile is sent again. */
export async function noteTest(
  db: Queryable,
  { id, testAskedAt }: ClaimedChannel,
  why: string | null,
): Promise<void> {
  await rows(
    db,
    `UPDATE channel SET test_done_at = clock_timestamp(), test_why = $2
     WHERE id = $1 AND ${millis('test_asked_at')} = $3`,
    [id, why, testAskedAt],
  );
}

export async function releaseChannel(db: Queryable, { id }: ClaimedChannel): Promise<void> {
  await rows(db, `UPDATE channel SET leased_until = NULL WHERE id = $1`, [id]);
}
