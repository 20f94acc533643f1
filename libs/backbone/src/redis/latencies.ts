import type { Millis } from '@recloser/core';
import type { SecondLatencies, SignalBatch } from '@recloser/protocol';
import { latencyText, readLatencies } from '../latency-text.js';
import type { Keys } from './keys.js';
import { KEEP_SECONDS_MS, readSeconds } from './read-seconds.js';
import { type RedisClient, Script } from './script.js';

/** ARGV: keep for ms; then breakers and their latencies in turn, for the second that is the key. */
const APPEND = new Script(`
for i = 2, #ARGV, 2 do
  local old = redis.call('HGET', KEYS[1], ARGV[i])
  redis.call('HSET', KEYS[1], ARGV[i], old and (old .. ',' .. ARGV[i + 1]) or ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
`);

/** Breakers in one call of the script. */
const PART_ROWS = 1_000;

export async function appendLatencies(
  client: RedisClient,
  keys: Keys,
  { environmentId, latencies = [] }: SignalBatch,
): Promise<void> {
  await Promise.all(
    partsOf(latencies).map(({ second, rows }) =>
      APPEND.run(
        client,
        [keys.latency(environmentId, second)],
        [KEEP_SECONDS_MS, ...rows.flatMap(({ breaker, bins }) => [breaker, latencyText(bins)])],
      ),
    ),
  );
}

interface Part {
  readonly second: number;
  readonly rows: SecondLatencies[];
}

/** Each of one second, as that is a key. */
function partsOf(rows: readonly SecondLatencies[]): Part[] {
  const parts: Part[] = [];
  const open = new Map<number, Part>();
  for (const row of rows) {
    let part = open.get(row.second);
    if (part === undefined || part.rows.length >= PART_ROWS) {
      part = { second: row.second, rows: [] };
      open.set(row.second, part);
      parts.push(part);
    }
    part.rows.push(row);
  }
  return parts;
}

export async function latencies(
  client: RedisClient,
  keys: Keys,
  environmentId: string,
  span: { readonly from: Millis; readonly to: Millis },
  breakers: readonly string[] | undefined,
): Promise<readonly SecondLatencies[]> {
  const rows = await readSeconds(client, span, breakers, (second) =>
    keys.latency(environmentId, second),
  );
  return rows.map(({ breaker, second, value }) => ({
    breaker,
    second,
    bins: readLatencies(value),
  }));
}
