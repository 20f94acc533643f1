import type { Keys } from './keys.js';
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

export interface Mark {
  readonly environmentId: string;
  readonly breaker: string;
}

/** Each environment has its own set, in its own slot; popping one is what hands a mark to one taker. */
export async function takeDirty(
  client: RedisClient,
  keys: Keys,
  limit: number,
): Promise<readonly Mark[]> {
  const environments = await client.smembers(keys.environments);
  const sizes = await Promise.all(environments.map((id) => client.zcard(keys.dirty(id))));
  let left = limit;
  const pops = environments.map(async (environmentId, i) => {
    const count = Math.min(left, sizes[i] ?? 0);
    left -= count;
    if (count === 0) return [];
    const popped = await client.zpopmin(keys.dirty(environmentId), count);
    // Members and scores in turn.
    return popped.filter((_, n) => n % 2 === 0).map((breaker) => ({ environmentId, breaker }));
  });
  return (await Promise.all(pops)).flat();
}
