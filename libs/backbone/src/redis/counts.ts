import { BUCKET_MS, COUNT_FIELDS, type Millis } from '@recloser/core';
import type { SignalBatch } from '@recloser/protocol';
import {
  type BucketRange,
  bucketRange,
  type BucketSum,
  CENSUS_TTL_MS,
  type StatisticsEntry,
  countsOf,
  sumStatistics,
} from '../evidence.js';
import type { SecondSum, WindowQuery, WindowSum } from '../ports.js';
import { bucketOffset, chunkStart, LUA_ADD_BUCKET, sumChunks } from './buckets.js';
import { type Part, partsOf } from '../parts.js';
import { inGroups } from './in-groups.js';
import { BUCKETS_PER_CHUNK, type Keys } from './keys.js';
import { addPacked, packCounts, readStamped } from './packed.js';
import { KEEP_SECONDS_MS, readSeconds } from './read-seconds.js';
import { LUA_CLOCK, type RedisClient, Script } from './script.js';

/** Windows are at most five minutes long. */
const KEEP_BUCKETS_MS = 360_000;

/**
 * KEYS: dirty, then what the lists name by index. ARGV: keep buckets, seconds and instance statistics for ms, hub id,
 * then four lists with their lengths before them: buckets (key index, offset, a number for each count), seconds (key
 * index, breaker, packed counts), instance statistics (key index, entries) and marks.
 */
const APPEND = new Script(`${LUA_CLOCK}${LUA_ADD_BUCKET}
local place = 5
local function more() place = place + 1; return ARGV[place - 1] end
local function add_second(key, field, packed)
  local old = redis.call('HGET', key, field)
  if old then
    local sums = {}
    for n in string.gmatch(old, '%d+') do sums[#sums + 1] = tonumber(n) end
    local i = 0
    for n in string.gmatch(packed, '%d+') do i = i + 1; sums[i] = (sums[i] or 0) + tonumber(n) end
    for j = 1, #sums do sums[j] = string.format('%.0f', sums[j]) end
    packed = table.concat(sums, ',')
  end
  redis.call('HSET', key, field, packed)
end
local keep = {}
for _ = 1, tonumber(more()) do
  local key = KEYS[tonumber(more())]
  local offset = tonumber(more())
  local counts = {}
  for i = 1, ${COUNT_FIELDS.length} do counts[i] = tonumber(more()) end
  add_bucket(key, offset, counts)
  keep[key] = ARGV[1]
end
for _ = 1, tonumber(more()) do
  local key = KEYS[tonumber(more())]
  local breaker = more()
  add_second(key, breaker, more())
  keep[key] = ARGV[2]
end
for _ = 1, tonumber(more()) do
  local key = KEYS[tonumber(more())]
  redis.call('HSET', key, ARGV[4], now .. '|' .. more())
  keep[key] = ARGV[3]
end
for key, ms in pairs(keep) do redis.call('PEXPIRE', key, ms) end
for _ = 1, tonumber(more()) do redis.call('ZADD', KEYS[1], 'NX', now, more()) end
`);

export async function append(client: RedisClient, keys: Keys, batch: SignalBatch): Promise<void> {
  const parts = partsOf(batch, PART_ROWS);
  if (parts.length === 0) return;
  await Promise.all([
    ...parts.map((part) => appendPart(client, keys, batch, part)),
    client.sadd(keys.environments, batch.environmentId),
  ]);
}

/** Rows in one call of the script: with all of a large fleet's in one, it would hold up the server, and the arguments would not fit. */
const PART_ROWS = 1_000;

async function appendPart(
  client: RedisClient,
  keys: Keys,
  { environmentId, hubId }: SignalBatch,
  { rows, census, marks }: Part,
): Promise<void> {
  const names = new KeyList(keys.dirty(environmentId));
  const seconds = secondSums(rows);
  const args = [
    ...[KEEP_BUCKETS_MS, KEEP_SECONDS_MS, 10 * CENSUS_TTL_MS, hubId],
    rows.length,
    ...rows.flatMap(({ version, breaker, bucket, counts }) => [
      names.index(keys.chunk(environmentId, version, breaker, bucket)),
      bucketOffset(bucket),
      ...counts,
    ]),
    seconds.length,
    ...seconds.flatMap(({ second, breaker, counts }) => [
      names.index(keys.second(environmentId, second)),
      breaker,
      packCounts(counts),
    ]),
    census.length,
    ...census.flatMap(([breaker, entries]) => [
      names.index(keys.census(environmentId, breaker)),
      JSON.stringify(entries),
    ]),
    marks.length,
    ...marks,
  ];
  await APPEND.run(client, names.all, args);
}

/** The rows by second: most batches have one bucket for each breaker. */
function secondSums(rows: readonly BucketSum[]) {
  const sums = new Map<string, { second: number; breaker: string; counts: number[] }>();
  for (const { breaker, bucket, counts } of rows) {
    const second = Math.floor((bucket * BUCKET_MS) / 1_000);
    const id = `${second}.${breaker}`;
    const sum = sums.get(id);
    if (sum) sum.counts = sum.counts.map((count, i) => count + (counts[i] ?? 0));
    else sums.set(id, { second, breaker, counts });
  }
  return [...sums.values()];
}

/** The keys of a script, each once, by the index that Lua has for them. */
class KeyList {
  readonly all: string[];
  readonly #indices = new Map<string, number>();

  constructor(first: string) {
    this.all = [first];
    this.#indices.set(first, 1);
  }

  index(key: string): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.all.push(key);
    this.#indices.set(key, this.all.length);
    return this.all.length;
  }
}

const READ_CENSUS = new Script(`
local found = {}
for i = 1, #KEYS do found[i] = redis.call('HVALS', KEYS[i]) end
return found
`);

export async function windows(
  client: RedisClient,
  keys: Keys,
  environmentId: string,
  queries: readonly WindowQuery[],
  now: Millis,
): Promise<readonly WindowSum[]> {
  const wanted = queries.map((query) => {
    const range = bucketRange(query, now);
    return { query, range, chunks: chunksOf(keys, environmentId, query, range) };
  });
  const breakers = [...new Set(queries.map((query) => query.breaker))];
  const chunkNames = [...new Set(wanted.flatMap(({ chunks }) => chunks.map(({ name }) => name)))];
  const [census, buffers] = await Promise.all([
    liveStatistics(client, keys, environmentId, { breakers, now }),
    inGroups(chunkNames, (names) => client.mgetBuffer(names)),
  ]);
  const chunkBytes = new Map(chunkNames.map((name, i) => [name, buffers[i] ?? NOTHING]));
  return wanted.map(({ query, range, chunks }) => {
    const found = chunks.map(({ name, start }) => ({
      start,
      bytes: chunkBytes.get(name) ?? NOTHING,
    }));
    const sum = sumChunks(found, range);
    return {
      breaker: query.breaker,
      ...sum.gained(query),
      ...sumStatistics(census.get(query.breaker) ?? [], query, sum.troubledBuckets),
    };
  });
}

const NOTHING = Buffer.alloc(0);

function chunksOf(
  keys: Keys,
  environmentId: string,
  { version, breaker }: WindowQuery,
  { first, last }: BucketRange,
) {
  const chunks: { readonly start: number; readonly name: string }[] = [];
  for (let start = chunkStart(first); start <= last; start += BUCKETS_PER_CHUNK) {
    chunks.push({ start, name: keys.chunk(environmentId, version, breaker, start) });
  }
  return chunks;
}

async function liveStatistics(
  client: RedisClient,
  keys: Keys,
  environmentId: string,
  { breakers, now }: { readonly breakers: readonly string[]; readonly now: Millis },
): Promise<Map<string, StatisticsEntry[]>> {
  const names = breakers.map((breaker) => keys.census(environmentId, breaker));
  const found = await inGroups(
    names,
    async (group) => (await READ_CENSUS.run(client, group, [])) as string[][],
  );
  return new Map(
    breakers.map((breaker, i) => {
      const live = (found[i] ?? []).map(readStamped).filter(({ at }) => at > now - CENSUS_TTL_MS);
      return [breaker, live.flatMap(({ text }) => JSON.parse(text) as StatisticsEntry[])];
    }),
  );
}

export async function seconds(
  client: RedisClient,
  keys: Keys,
  environmentId: string,
  span: { readonly from: Millis; readonly to: Millis },
  breakers: readonly string[] | undefined,
): Promise<readonly SecondSum[]> {
  const rows = await readSeconds(client, span, breakers, (second) =>
    keys.second(environmentId, second),
  );
  return rows.map(({ second, breaker, value }) => {
    const sums = COUNT_FIELDS.map(() => 0);
    addPacked(sums, value);
    return { breaker, second, counts: countsOf(sums) };
  });
}
