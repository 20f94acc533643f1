import type { ProbeEvidence } from '@recloser/core';
import type { PermitClaim, ProbeAnswer } from '@recloser/protocol';
import { PERMIT_TTL_MS } from '../evidence.js';
import { keptMs, keptReason, permitIds, permitIndex } from '../permits.js';
import type { Keys } from './keys.js';
import { LUA_CLOCK, type RedisClient, Script } from './script.js';

/** KEYS: permit. ARGV: round, total, want, time to live. Returns what was claimed before, and what is after. */
const CLAIM = new Script(`${LUA_CLOCK}
local round = tonumber(ARGV[1])
local old = redis.call('HMGET', KEYS[1], 'round', 'claimed')
local claimed = tonumber(old[2] or 0)
if old[1] then
  local r = tonumber(old[1])
  if round < r then return {0, 0} end
  if round > r then
    redis.call('DEL', KEYS[1])
    claimed = 0
  end
end
local after = math.max(claimed, math.min(claimed + tonumber(ARGV[3]), tonumber(ARGV[2])))
redis.call('HSET', KEYS[1], 'round', ARGV[1], 'claimed', after)
if after > claimed then redis.call('HSET', KEYS[1], 'claimedAt', now) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {claimed, after}
`);

export async function claimPermits(
  client: RedisClient,
  keys: Keys,
  claim: PermitClaim,
  { total, want }: { readonly total: number; readonly want: number },
): Promise<readonly string[]> {
  if (want <= 0 || total <= 0) return [];
  const { environmentId, breaker, version, round } = claim;
  const args = [round, total, want, PERMIT_TTL_MS];
  const reply = await CLAIM.run(client, [keys.permit(environmentId, breaker, version)], args);
  const [before, after] = reply as [number, number];
  return permitIds(claim, before, after);
}

/** KEYS: permit, dirty. ARGV: round, index, 'succeeded' or 'failed', breaker, reason or '', ms or ''. */
const RECORD = new Script(`${LUA_CLOCK}
local old = redis.call('HMGET', KEYS[1], 'round', 'claimed')
if old[1] ~= ARGV[1] or tonumber(ARGV[2]) >= tonumber(old[2]) then return 0 end
if redis.call('HSETNX', KEYS[1], 'answer:' .. ARGV[2], ARGV[3]) == 0 then return 0 end
redis.call('HINCRBY', KEYS[1], ARGV[3], 1)
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'reason', ARGV[5]) end
if ARGV[6] ~= '' and tonumber(ARGV[6]) > tonumber(redis.call('HGET', KEYS[1], 'slowest') or -1) then
  redis.call('HSET', KEYS[1], 'slowest', ARGV[6])
end
redis.call('ZADD', KEYS[2], 'NX', now, ARGV[4])
return 1
`);

export async function recordProbe(
  client: RedisClient,
  keys: Keys,
  claim: PermitClaim,
  answer: ProbeAnswer & { readonly id: string },
): Promise<void> {
  const index = permitIndex(claim, answer.id);
  if (index === null) return;
  const { environmentId, breaker, version, round } = claim;
  const names = [keys.permit(environmentId, breaker, version), keys.dirty(environmentId)];
  const args = [round, index, answer.ok ? 'succeeded' : 'failed', breaker];
  args.push(keptReason(answer) ?? '', String(keptMs(answer) ?? ''));
  await Promise.all([
    RECORD.run(client, names, args),
    client.sadd(keys.environments, environmentId),
  ]);
}

export async function probes(
  client: RedisClient,
  keys: Keys,
  claim: PermitClaim,
): Promise<ProbeEvidence> {
  const { environmentId, breaker, version, round } = claim;
  const fields = ['round', 'claimed', 'succeeded', 'failed'];
  const key = keys.permit(environmentId, breaker, version);
  const told = ['reason', 'slowest', 'claimedAt'];
  const [reason = null, slowest = null, claimedAt = null, ...values] = await client.hmget(
    key,
    ...told,
    ...fields,
  );
  const [r, claimed, succeeded, failed] = values.map((value) => Number(value ?? 0));
  if (values[0] === null || r !== round) return { round, claimed: 0, succeeded: 0, failed: 0 };
  return {
    round,
    claimed: claimed ?? 0,
    succeeded: succeeded ?? 0,
    failed: failed ?? 0,
    lastClaimedAt: claimedAt === null ? null : Number(claimedAt),
    ...(reason !== null && { reason }),
    ...(slowest !== null && { slowestMs: Number(slowest) }),
  };
}
