import type { BreakerView } from '@recloser/core';
import { breakerViewSchema, RecloserError } from '@recloser/protocol';
import type { Pool } from 'pg';
import { isUuid } from '../ids.js';
import { keepFields } from '../rows/keep-fields.js';
import { millis, NOW, rows } from '../sql.js';

export interface ChangeEntry {
  readonly seq: number;
  readonly key: string;
  /** null: the breaker is gone. */
  readonly view: BreakerView | null;
}

export interface ChangesSince {
  readonly epoch: string;
  /** The seq of the last change given, or the one asked from when there are none. */
  readonly seq: number;
  readonly changes: readonly ChangeEntry[];
}

export interface Changes {
  /**
   * The changes after `seq`, without a gap, at most `limit`. `gone`: another epoch, a seq that was never reached, or
   * changes no longer kept; take a snapshot then.
   */
  since(
    environmentId: string,
    epoch: string,
    seq: number,
    limit: number,
  ): Promise<ChangesSince | 'gone'>;
  /** Forgets changes made more than `keepMs` ago by the database's clock, the oldest first, at most MOST_DROPPED, and none of the last hour. Returns how many. */
  dropOlderThan(keepMs: number): Promise<number>;
}

/** The change log is kept for at least as long. */
export const CHANGES_KEPT_MS = 60 * 60 * 1_000;

/** Changes forgotten at once. */
const MOST_DROPPED = 50_000;

interface ChangeRow {
  epoch: string;
  head: number;
  now: number;
  seq: number | null;
  key: string;
  view: unknown;
  at: number;
}

export function createChanges(pool: Pool): Changes {
  return {
    since: (environmentId, epoch, seq, limit) => since(pool, environmentId, epoch, seq, limit),
    dropOlderThan: async (keepMs) => {
      const dropped = await rows<{ count: number }>(
        pool,
        `WITH dropped AS (
           DELETE FROM change c USING (
             SELECT environment_id, seq FROM change
             WHERE at < now() - greatest($1::float8, $2::float8) * interval '1 millisecond'
             ORDER BY at LIMIT $3
           ) old
           WHERE c.environment_id = old.environment_id AND c.seq = old.seq
           RETURNING 1
         ) SELECT count(*)::float8 AS count FROM dropped`,
        [keepMs, CHANGES_KEPT_MS, MOST_DROPPED],
      );
      return dropped[0]?.count ?? 0;
    },
  };
}

async function since(
  pool: Pool,
  environmentId: string,
  epoch: string,
  seq: number,
  limit: number,
): Promise<ChangesSince | 'gone'> {
  if (!isUuid(environmentId)) return 'gone';
  // One statement, so that head and changes are of one moment.
  const found = await rows<ChangeRow & Record<string, unknown>>(
    pool,
    `SELECT e.epoch, e.seq::float8 AS head, ${NOW} AS now, c.seq::float8 AS seq, c.breaker_key AS key, c.view,
       ${millis('c.at')} AS at
     FROM environment e
     LEFT JOIN LATERAL (
       SELECT * FROM change WHERE environment_id = e.id AND seq > $2 ORDER BY seq LIMIT $3
     ) c ON true
     WHERE e.id = $1 ORDER BY c.seq`,
    [environmentId, seq, limit],
  );
  const [first] = found;
  if (first === undefined || first.epoch !== epoch || seq > first.head) return 'gone';
  if (seq === first.head) return { epoch, seq, changes: [] };
  // Retention takes the oldest first, so that only the first can be missing.
  if (first.seq !== seq + 1) return 'gone';
  const changes = found.map((row) => readChange(row, environmentId));
  return { epoch, seq: changes.at(-1)?.seq ?? seq, changes };
}

function readChange(row: ChangeRow, environmentId: string): ChangeEntry {
  const seq = row.seq ?? 0;
  if (row.view === null) return { seq, key: row.key, view: null };
  const parsed = breakerViewSchema.safeParse(row.view);
  if (!parsed.success) {
    throw new RecloserError(
      'corrupt_row',
      `Change ${seq} of environment ${environmentId} cannot be read: ${parsed.error.issues[0]?.message ?? ''}. ` +
        'Give the environment a new epoch, so that every SDK takes a snapshot.',
      { environment: environmentId, seq, breaker: row.key },
    );
  }
  // What a newer node said is handed on to SDKs that understand it.
  keepFields(parsed.data, row.view);
  // Durations, measured when the change was made.
  const passed = row.now - row.at;
  const { scopes } = parsed.data;
  const view = {
    ...aged(parsed.data, passed),
    ...(scopes !== undefined && { scopes: scopes.map((scope) => aged(scope, passed)) }),
  };
  return { seq, key: row.key, view };
}

function aged<T extends Pick<BreakerView, 'retryAfterMs'>>(standing: T, passedMs: number): T {
  const { retryAfterMs } = standing;
  if (retryAfterMs === null) return standing;
  return { ...standing, retryAfterMs: Math.max(0, retryAfterMs - passedMs) };
}
