import type { Millis } from '@recloser/core';
import { type RedisClient, Script } from './script.js';

/** What is kept by second stays for so long: rollups may be late. */
export const KEEP_SECONDS_MS = 900_000;

/** Seconds that are asked for at once where only some breakers are wanted. */
const GROUP = 1_000;

/** ARGV: breakers, or none for all. Names and values in turn. */
const READ = new Script(`
local found = {}
for i = 1, #KEYS do
  if #ARGV == 0 then
    found[i] = redis.call('HGETALL', KEYS[i])
  else
    found[i] = {}
    for j = 1, #ARGV do
      found[i][2 * j - 1] = ARGV[j]
      found[i][2 * j] = redis.call('HGET', KEYS[i], ARGV[j])
    end
  end
end
return found
`);

type Flat = readonly (string | null)[];

export interface SecondValue {
  readonly breaker: string;
  readonly second: number;
  readonly value: string;
}

/** The values of hashes that have one per second, with a field for each breaker; by second, then by breaker. */
export async function readSeconds(
  client: RedisClient,
  span: { readonly from: Millis; readonly to: Millis },
  breakers: readonly string[] | undefined,
  keyOf: (second: number) => string,
): Promise<readonly SecondValue[]> {
  if (breakers?.length === 0) return [];
  const [first, end] = [Math.ceil(span.from / 1_000), Math.ceil(span.to / 1_000)];
  const wanted = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  const ask = async (group: string[]) => (await READ.run(client, group, breakers ?? [])) as Flat[];
  // A second has a value for each breaker of a large fleet: all seconds in one answer would hold the event loop.
  const size = breakers === undefined ? 1 : GROUP;
  const found: SecondValue[] = [];
  for (let from = 0; from < wanted.length; from += size) {
    const seconds = wanted.slice(from, from + size);
    const hashes = await ask(seconds.map(keyOf));
    for (const [index, second] of seconds.entries()) found.push(...valuesOf(second, hashes[index]));
  }
  return found;
}

function valuesOf(second: number, hash: Flat = []): SecondValue[] {
  return pairs(hash)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([breaker, value]) => ({ breaker, second, value }));
}

function pairs(flat: Flat): [name: string, value: string][] {
  return flat.flatMap((name, i): [string, string][] => {
    const value = flat[i + 1];
    return i % 2 === 0 && name !== null && typeof value === 'string' ? [[name, value]] : [];
  });
}
