import type { SignalStore } from '@recloser/backbone';
import { BUCKET_MS, EMPTY_COUNTS, INSTANCE_WINDOWS_MS, type InstanceCounts } from '@recloser/core';
import type { Aggregate, InstanceStatistics } from '@recloser/protocol';
import type { Database } from '@recloser/db';
import { withClient } from '@recloser/platform';

export const INSTANCES = 50;
/** Each instance makes a call in every other bucket, and one call in fifty fails: enough for evidence, not for a trip. */
const CALLS_PER_BUCKET = INSTANCES / 2;
const HEAVIEST = 32;
const BATCH = 250;
const PERSON = { kind: 'user', id: 'bench', name: 'Bench' } as const;

const keyOf = (index: number): string => `dependency-${index}`;

/** Breakers with the default policy, made by one statement from the first: ten thousand would take a minute by the API. */
export async function makeBreakers(db: Database, adminUrl: string, count: number): Promise<string> {
  await db.environments.seedDefaults();
  const { id } = await db.environments.find('default', 'production');
  await db.breakers.create(id, PERSON, { key: keyOf(0), mode: 'auto', reason: 'bench' });
  await withClient(adminUrl, async (client) => {
    await client.query(
      `WITH made AS (
         INSERT INTO breaker SELECT (jsonb_populate_record(b, jsonb_build_object(
           'id', gen_random_uuid(), 'key', 'dependency-' || i))).*
         FROM breaker b, generate_series(1, $1::int - 1) i WHERE b.key = $2 RETURNING id
       )
       INSERT INTO breaker_state SELECT (jsonb_populate_record(s, jsonb_build_object(
         'breaker_id', made.id))).*
       FROM breaker_state s JOIN breaker b ON b.id = s.breaker_id AND b.key = $2, made`,
      [count, keyOf(0)],
    );
    await client.query('ANALYZE');
  });
  return id;
}

/**
 * What hubs have written about the first `active` breakers, up to now: `seconds` of counts, and the instance
 * statistics.
 */
export async function report(
  signals: SignalStore,
  environmentId: string,
  active: number,
  seconds: number,
): Promise<void> {
  const last = Math.floor((await signals.now()) / BUCKET_MS);
  const buckets = (seconds * 1_000) / BUCKET_MS;
  for (let start = 0; start < active; start += BATCH) {
    const keys = Array.from({ length: Math.min(BATCH, active - start) }, (_, i) =>
      keyOf(start + i),
    );
    await signals.append({
      hubId: 'bench',
      environmentId,
      aggregates: keys.flatMap((key) =>
        Array.from({ length: buckets }, (_, back) => aggregateOf(key, last - back)),
      ),
      census: keys.flatMap((key) => INSTANCE_WINDOWS_MS.map((windowMs) => censusOf(key, windowMs))),
    });
  }
}

function aggregateOf(breaker: string, bucket: number): Aggregate {
  const failures = bucket % 2;
  const counts = { ...EMPTY_COUNTS, ok: CALLS_PER_BUCKET - failures, failures };
  return { breaker, version: 1, service: 'checkout', zone: 'a', bucket, counts };
}

function censusOf(breaker: string, windowMs: number): InstanceStatistics {
  const calls = windowMs / BUCKET_MS / 2;
  const heaviest = Array.from({ length: HEAVIEST }, (_, i): InstanceCounts => {
    const instanceId = `checkout-7d9f8b6c5-${i}`;
    return { instanceId, service: 'checkout', zone: 'a', calls, failures: i % 2 };
  });
  return { breaker, version: 1, windowMs, reporting: INSTANCES, failing: 0, slow: 0, heaviest };
}
