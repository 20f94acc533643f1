import type { Pool } from 'pg';
import { BEAT_TTL_MS, CENSUS_TTL_MS, PERMIT_TTL_MS, PRESENCE_TTL_MS } from '../evidence.js';
import type { SignalStore } from '../ports.js';
import { append, seconds, windows } from './counts.js';
import { appendLatencies, latencies } from './latencies.js';
import { markDirty, takeDirty } from './marks.js';
import { claimPermits, probes, recordProbe } from './permits.js';
import { acks, heartbeat, heartbeatAges, reportPresence } from './presence.js';
import { CLOCK, SIGNALS_SCHEMA } from './schema.js';

/** The SignalStore on the tables of `recloser_signals`. Does not own the pool. */
export function postgresSignalStore(pool: Pool): SignalStore {
  return {
    now: () => now(pool),
    append: async (batch) => {
      await Promise.all([append(pool, batch), appendLatencies(pool, batch)]);
    },
    takeDirty: (limit) => takeDirty(pool, limit),
    markDirty: (environmentId, breakers) => markDirty(pool, environmentId, breakers),
    windowTotals: (environmentId, queries, at) => windows(pool, environmentId, queries, at),
    perSecondTotals: (environmentId, from, to, breakers) =>
      seconds(pool, environmentId, { from, to }, breakers),
    latencies: (environmentId, from, to, breakers) =>
      latencies(pool, environmentId, { from, to }, breakers),
    claimPermits: (claim, total, want) => claimPermits(pool, claim, total, want),
    recordProbe: (claim, id, answer) => recordProbe(pool, claim, id, answer),
    probes: (claim) => probes(pool, claim),
    reportPresence: (presence) => reportPresence(pool, presence),
    acks: (environmentId, seq, part) => acks(pool, environmentId, seq, part),
    heartbeat: (environmentIds) => heartbeat(pool, environmentIds),
    heartbeatAges: () => heartbeatAges(pool),
    prune: (keepMs) => prune(pool, keepMs),
    close: () => Promise.resolve(),
  };
}

async function now(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ now: number }>(`SELECT (${CLOCK})::float8 AS now`);
  const [row] = rows;
  if (!row) throw new Error('Postgres answered nothing when asked for its time.');
  return row.now;
}

async function prune(pool: Pool, keepMs: number): Promise<void> {
  const older = (table: string, ms: number) =>
    pool.query(`DELETE FROM ${SIGNALS_SCHEMA}.${table} WHERE at < ${CLOCK} - $1::bigint`, [ms]);
  await pool.query(
    `DELETE FROM ${SIGNALS_SCHEMA}.bucket WHERE bucket < ((SELECT ${CLOCK}) - $1::bigint) / 250`,
    [keepMs],
  );
  await pool.query(
    `DELETE FROM ${SIGNALS_SCHEMA}.latency WHERE second < ((SELECT ${CLOCK}) - $1::bigint) / 1000`,
    [keepMs],
  );
  await older('census', 10 * CENSUS_TTL_MS);
  await older('presence', 10 * PRESENCE_TTL_MS);
  await older('permit', PERMIT_TTL_MS);
  await older('beat', 10 * BEAT_TTL_MS);
}
