import type { AckEvidence, Scope } from '@recloser/core';
import type { Presence } from '@recloser/protocol';
import {
  BEAT_TTL_MS,
  PRESENCE_TTL_MS,
  type PresenceRow,
  presenceRow,
  sumAcks,
} from '../evidence.js';
import type { Keys } from './keys.js';
import { readStamped } from './packed.js';
import { LUA_CLOCK, type RedisClient, Script } from './script.js';

const REPORT = new Script(`${LUA_CLOCK}
redis.call('HSET', KEYS[1], ARGV[1], now .. '|' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
`);
const READ = new Script(`${LUA_CLOCK}
return {now, redis.call('HVALS', KEYS[1])}
`);
const BEAT = new Script(`${LUA_CLOCK}
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);
const LAST_BEAT = new Script(`${LUA_CLOCK}
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if #last == 0 then return false end
return math.floor(now - last[2])
`);
const CLOCK = new Script(`${LUA_CLOCK}
return now
`);

export async function reportPresence(
  client: RedisClient,
  keys: Keys,
  presence: Presence,
): Promise<void> {
  const { environmentId, hubId } = presence;
  const args = [hubId, JSON.stringify(presenceRow(presence)), 10 * PRESENCE_TTL_MS];
  await REPORT.run(client, [keys.presence(environmentId)], args);
}

export async function acks(
  client: RedisClient,
  keys: Keys,
  environmentId: string,
  seq: number,
  part?: Scope,
): Promise<AckEvidence> {
  const reply = await READ.run(client, [keys.presence(environmentId)], []);
  const [now, values] = reply as [string, string[]];
  const live = values.map(readStamped).filter(({ at }) => at > Number(now) - PRESENCE_TTL_MS);
  return sumAcks(
    live.map(({ text }) => JSON.parse(text) as PresenceRow),
    seq,
    part,
  );
}

export async function beat(client: RedisClient, keys: Keys, evaluatorId: string): Promise<void> {
  await BEAT.run(client, [keys.beats], [evaluatorId, BEAT_TTL_MS]);
}

export async function lastBeatAge(client: RedisClient, keys: Keys): Promise<number | null> {
  const age = await LAST_BEAT.run(client, [keys.beats], []);
  return typeof age === 'number' ? Math.max(0, age) : null;
}

/** The clock of the one node that has the beats; the nodes of a cluster are taken to agree within milliseconds. */
export async function now(client: RedisClient, keys: Keys): Promise<number> {
  return Number(await CLOCK.run(client, [keys.beats], []));
}
