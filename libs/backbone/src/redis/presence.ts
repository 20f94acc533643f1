import type { AckEvidence, Partition } from '@recloser/core';
import type { Presence } from '@recloser/protocol';
import {
  BEAT_TTL_MS,
  heartbeatAgesOf,
  heartbeatField,
  PRESENCE_TTL_MS,
  type PresenceRow,
  presenceRow,
  sumAcks,
} from '../evidence.js';
import type { HeartbeatAges } from '../ports.js';
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
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now, ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
`);
const LAST_BEATS = new Script(`${LUA_CLOCK}
return {now, redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')}
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
  part?: Partition,
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

export async function heartbeat(
  client: RedisClient,
  keys: Keys,
  environmentIds: readonly string[],
): Promise<void> {
  if (environmentIds.length === 0) return;
  await BEAT.run(client, [keys.beats], [BEAT_TTL_MS, ...environmentIds.map(heartbeatField)]);
}

export async function heartbeatAges(client: RedisClient, keys: Keys): Promise<HeartbeatAges> {
  const reply = await LAST_BEATS.run(client, [keys.beats], []);
  const [now, pairs] = reply as [string, string[]];
  return heartbeatAgesOf(new Map(inPairs(pairs).map(([id, at]) => [id, Number(now) - Number(at)])));
}

/** A reply that has members and scores in turn. */
export function inPairs(reply: readonly string[]): [member: string, score: string][] {
  return reply.flatMap((member, i) => (i % 2 === 0 ? [[member, reply[i + 1] ?? '']] : []));
}

/** The clock of the one node that has the beats; the nodes of a cluster are taken to agree within milliseconds. */
export async function now(client: RedisClient, keys: Keys): Promise<number> {
  return Number(await CLOCK.run(client, [keys.beats], []));
}
