import { COUNT_FIELDS } from '@recloser/core';
import type { BucketRange } from '../evidence.js';
import { RangeSum } from '../range-sum.js';
import { BUCKETS_PER_CHUNK } from './keys.js';

const FIELD_BYTES = 4;
const BUCKET_BYTES = COUNT_FIELDS.length * FIELD_BYTES;

/** Lua: reads and writes one bucket as little-endian 32-bit numbers. */
export const LUA_ADD_BUCKET = `
local layout = '<${'I4'.repeat(COUNT_FIELDS.length)}'
local function add_bucket(key, offset, counts)
  local old = redis.call('GETRANGE', key, offset, offset + ${BUCKET_BYTES - 1})
  if #old > 0 then
    old = old .. string.rep('\\0', ${BUCKET_BYTES} - #old)
    local before = {struct.unpack(layout, old)}
    for i = 1, ${COUNT_FIELDS.length} do counts[i] = counts[i] + before[i] end
  end
  for i = 1, ${COUNT_FIELDS.length} do counts[i] = math.min(counts[i], 4294967295) end
  redis.call('SETRANGE', key, offset, struct.pack(layout, unpack(counts)))
end
`;

/** Where in its chunk a bucket begins. */
export function bucketOffset(bucket: number): number {
  return placeInChunk(bucket) * BUCKET_BYTES;
}

/** The first bucket of a bucket's chunk. */
export function chunkStart(bucket: number): number {
  return bucket - placeInChunk(bucket);
}

function placeInChunk(bucket: number): number {
  return ((bucket % BUCKETS_PER_CHUNK) + BUCKETS_PER_CHUNK) % BUCKETS_PER_CHUNK;
}

export interface Chunk {
  readonly start: number;
  /** Ends with the last bucket that was written. */
  readonly bytes: Buffer;
}

/** Sums the buckets of a range. The chunks come in order. */
export function sumChunks(chunks: readonly Chunk[], { first, last }: BucketRange): RangeSum {
  const sum = new RangeSum();
  const counts = COUNT_FIELDS.map(() => 0);
  for (const { start, bytes } of chunks) {
    const end = Math.min(last, start + bytes.length / BUCKET_BYTES - 1);
    for (let bucket = Math.max(first, start); bucket <= end; bucket += 1) {
      const place = (bucket - start) * BUCKET_BYTES;
      for (let field = 0; field < counts.length; field += 1) {
        counts[field] = bytes.readUInt32LE(place + field * FIELD_BYTES);
      }
      sum.add(bucket, counts);
    }
  }
  return sum;
}
