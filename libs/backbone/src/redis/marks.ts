import type { DirtyMark } from '../ports.js';
import type { Keys } from './keys.js';
import { inPairs, now as clockOf } from './presence.js';
import { LUA_CLOCK, type RedisClient, Script } from './script.js';

const MARK = new Script(`${LUA_CLOCK}
for i = 1, #ARGV do redis.call('ZADD', KEYS[1], 'NX', now, ARGV[i]) end
`);

export async function markDirty(
  client: RedisClient,
  keys: Keys,
  environmentId: string,
  breakers: readonly string[],
): Promise<void> {
  if (breakers.length === 0) return;
  await Promise.all([
    MARK.run(client, [keys.dirty(environmentId)], breakers),
    client.sadd(keys.environments, environmentId),
  ]);
}

/** Each environment has its own set, in its own slot; popping one is what hands a mark to one taker. */
export async function takeDirty(
  client: RedisClient,
  keys: Keys,
  limit: number,
): Promise<readonly DirtyMark[]> {
  const environments = await client.smembers(keys.environments);
  const [sizes, now] = await Promise.all([
    Promise.all(environments.map((id) => client.zcard(keys.dirty(id)))),
    clockOf(client, keys),
  ]);
  let left = limit;
  const pops = environments.map(async (environmentId, i) => {
    const count = Math.min(left, sizes[i] ?? 0);
    left -= count;
    if (count === 0) return [];
    const popped = await client.zpopmin(keys.dirty(environmentId), count);
    return inPairs(popped).map(([breaker, markedAt]) => ({
      environmentId,
      breaker,
      waitedMs: Math.max(0, now - Number(markedAt)),
    }));
  });
  return (await Promise.all(pops)).flat();
}
