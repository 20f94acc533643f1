import type { Millis } from '@recloser/core';
import type { SecondLatencies, SignalBatch } from '@recloser/protocol';
import type { Pool } from 'pg';
import { latencyText, readLatencies } from '../latency-text.js';
import { readPages } from './read-pages.js';
import { SIGNALS_SCHEMA } from './schema.js';

/** Rows are only ever added: lists of bins are merged by putting one after the other, and that is left to the reader. */
const APPEND = {
  name: 'recloser-append-latencies',
  text: `
INSERT INTO ${SIGNALS_SCHEMA}.latency (environment_id, breaker, second, bins)
SELECT $1, r.* FROM unnest($2::text[], $3::bigint[], string_to_array($4, E'\\n')) AS r (breaker, second, bins)`,
};

export async function appendLatencies(
  pool: Pool,
  { environmentId, latencies = [] }: SignalBatch,
): Promise<void> {
  if (latencies.length === 0) return;
  await pool.query({
    ...APPEND,
    values: [
      environmentId,
      latencies.map(({ breaker }) => breaker),
      latencies.map(({ second }) => second),
      latencies.map(({ bins }) => latencyText(bins)).join('\n'),
    ],
  });
}

const LATENCIES = {
  all: latenciesOf(''),
  named: latenciesOf('AND l.breaker = ANY ($4::text[])'),
};

function latenciesOf(condition: string): string {
  return `
SELECT l.breaker, l.second::float8 AS second, string_agg(l.bins, ',') AS bins
FROM ${SIGNALS_SCHEMA}.latency l
WHERE l.environment_id = $1 AND l.second >= $2::bigint AND l.second < $3::bigint ${condition}
GROUP BY l.second, l.breaker ORDER BY l.second, l.breaker`;
}

export async function latencies(
  pool: Pool,
  environmentId: string,
  span: { readonly from: Millis; readonly to: Millis },
  breakers: readonly string[] | undefined,
): Promise<readonly SecondLatencies[]> {
  const seconds = [Math.ceil(span.from / 1_000), Math.ceil(span.to / 1_000)];
  const read = (page: readonly LatencyRow[]): SecondLatencies[] =>
    page.map((row) => ({ ...row, bins: readLatencies(row.bins) }));
  if (breakers === undefined) {
    return readPages(pool, LATENCIES.all, [environmentId, ...seconds], read);
  }
  const values = [environmentId, ...seconds, breakers];
  return read((await pool.query<LatencyRow>(LATENCIES.named, values)).rows);
}

interface LatencyRow {
  readonly breaker: string;
  readonly second: number;
  readonly bins: string;
}
