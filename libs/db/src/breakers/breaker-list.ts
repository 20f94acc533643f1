import type { Mode, StateKind } from '@recloser/core';
import type { Pool } from 'pg';
import { isUuid } from '../ids.js';
import { BREAKER_COLUMNS, readBreaker } from './breaker-row.js';
import type { LoadedBreaker } from '../rows/model.js';
import type { RowReader } from '../rows/row-reader.js';
import { rows } from '../sql.js';
import { unknownEnvironment } from './write-changes.js';

export interface BreakerFilter {
  readonly states?: readonly StateKind[] | undefined;
  readonly modes?: readonly Mode[] | undefined;
  /** Those with any of these tags. */
  readonly tags?: readonly string[] | undefined;
  readonly owner?: string | undefined;
  /** Part of the key or the name, in any case. */
  readonly q?: string | undefined;
  /** Only keys after this one. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface BreakerListing {
  readonly items: readonly LoadedBreaker[];
  /** The `after` of the next page, or null. */
  readonly next: string | null;
  /** The environment's seq. */
  readonly seq: number;
}

export async function listBreakers(
  pool: Pool,
  reader: RowReader,
  environmentId: string,
  filter: BreakerFilter,
): Promise<BreakerListing> {
  if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
  const found = await rows<{ head: number; key: string | null }>(
    pool,
    `SELECT e.seq::float8 AS head, x.* FROM environment e
     LEFT JOIN LATERAL (
       SELECT ${BREAKER_COLUMNS} FROM breaker_state s JOIN breaker b ON b.id = s.breaker_id
       WHERE s.environment_id = e.id AND b.archived_at IS NULL
         AND ($2::text[] IS NULL OR s.kind::text = ANY($2))
         AND ($3::text[] IS NULL OR s.mode::text = ANY($3))
         AND ($4::text[] IS NULL OR b.tags && $4)
         AND ($5::text IS NULL OR b.owner = $5)
         AND ($6::text IS NULL OR strpos(lower(b.key), lower($6)) > 0 OR strpos(lower(b.name), lower($6)) > 0)
         AND ($7::text IS NULL OR b.key COLLATE "C" > $7)
       ORDER BY b.key COLLATE "C" LIMIT $8
     ) x ON true
     WHERE e.id = $1 ORDER BY x.key COLLATE "C"`,
    [
      environmentId,
      filter.states ?? null,
      filter.modes ?? null,
      filter.tags ?? null,
      filter.owner ?? null,
      filter.q ?? null,
      filter.after ?? null,
      filter.limit + 1,
    ],
  );
  const [first] = found;
  if (first === undefined) throw unknownEnvironment(environmentId);
  const page = found.filter((row) => row.key !== null).slice(0, filter.limit);
  const next = found.length > filter.limit ? (page.at(-1)?.key ?? null) : null;
  return { items: reader.read(page, readBreaker), next, seq: first.head };
}
