import { DEFAULT_POLICY, detectionMs } from '@recloser/core';
import { SHARDS, type Situation } from './situation.js';

/** No opening at this share of failing calls, from so much traffic on; with less it is the smaller share. */
const NEVER_OPENS = { share: 0.3, fromCallsPerSecond: 20, otherwise: 0.2 } as const;
const BLIP = { mostMs: 1_000, apartMs: 10_000 } as const;
/** Of the instances, those that fail alone are a part and not the fleet. */
const QUORUM = { share: 0.5, least: 2 } as const;
/** Traffic from which on a death has to open, of the fleet and of each instance. */
const DEATH_FROM = { callsPerSecond: 2, ofInstance: 0.5, share: 0.45 } as const;
/** Reports, decisions and the way to the instances. */
const WAY_MS = 1_500;
/** Twice what the rule expects holds for every seed, and not for most of them. */
const SLACK = 2;

/** Of all calls of the fleet, the share that fails at the worst moment, 0…1. `hit` are the instances of the zone. */
function shareOfFleet({ shape, severity, instances }: Situation, hit: number): number {
  if (shape === 'shard') return severity / SHARDS;
  return shape === 'zone' ? (severity * hit) / instances : severity;
}

/** Why the breaker of the fleet must not open; null: it may. */
export function reasonNotToOpen(
  situation: Situation,
  hit: number,
): 'a blip opens nothing' | 'nothing opens below the tolerated rate' | null {
  const { shape, burstMs, calmMs, callsPerSecond, instances } = situation;
  if (shape === 'bursts' && burstMs <= BLIP.mostMs && calmMs >= BLIP.apartMs) {
    return 'a blip opens nothing';
  }
  const { share, fromCallsPerSecond, otherwise } = NEVER_OPENS;
  const most = callsPerSecond >= fromCallsPerSecond ? share : otherwise;
  const below = 'nothing opens below the tolerated rate';
  if (shareOfFleet(situation, hit) <= most) return below;
  const quorum = Math.max(QUORUM.least, Math.ceil(QUORUM.share * instances));
  return shape === 'zone' && instances > 1 && hit < quorum ? below : null;
}

/**
 * In ms from the first failure on: the latest moment at which the breaker has to be open; null: nothing is promised. It is
 * twice what the rule expects of a share that steady and of so much traffic, and two failures on each instance.
 */
export function openBoundMs({
  shape,
  severity,
  callsPerSecond,
  instances,
  hangs,
  change,
  polling,
}: Situation): number | null {
  const ofInstance = callsPerSecond / instances;
  const isPromised =
    shape === 'steady' &&
    change !== 'restarted' &&
    severity >= DEATH_FROM.share &&
    callsPerSecond >= DEATH_FROM.callsPerSecond &&
    ofInstance >= DEATH_FROM.ofInstance;
  if (!isPromised) return null;
  const stallMs = hangs ? STALL_MS : 0;
  const expected = detectionMs(DEFAULT_POLICY, severity, callsPerSecond, stallMs);
  if (expected === null) return null;
  const quorumMs = 2_000 / (ofInstance * severity);
  return SLACK * (expected + quorumMs) + WAY_MS + (polling ? POST_MS : 0);
}

const STALL_MS = 1_000;
/** An instance that polls asks for the state this often, and waits so long at most before it posts again. */
const POLL_MS = 4_000;
const POST_MS = 500;
/** Rejections are told within this. */
const REPORT_MS = 1_200;

/**
 * In ms from the last failure on: when the breaker has to be closed again everywhere. It is made of the longest cool-down,
 * probes that wait for calls, the ladder's steps, and the calls that each of those has to see.
 */
export function returnBoundMs(
  { callsPerSecond, instances, answerMs, polling }: Situation,
  outageMs: number,
): number {
  const { recovery } = DEFAULT_POLICY;
  const { coolDownMaxMs, coolDownJitter, probes, probeTtlMs, ladder } = recovery;
  const { dwellPerOutage, dwellMinMs, dwellMaxMs, minCalls, lowTrafficMaxMs } = recovery;
  const gapMs = 1_000 / callsPerSecond;
  // A permit that went to somebody who makes no call is given out again after its life, which then is twice as long.
  const probingMs =
    2 * (probeTtlMs + 1_000) + 4 * probes * instances * gapMs + 2 * probes * answerMs;
  // Where all poll, each of these steps is heard of that much later, and each probe takes a post for its permit and one
  // for its result.
  const pollMs = polling ? POLL_MS : 0;
  const postsMs = polling ? 2 * probes * (POST_MS + REPORT_MS) : 0;
  const dwellMs = Math.min(dwellMaxMs, Math.max(dwellMinMs, outageMs * dwellPerOutage));
  const steps = ladder.map((admission) => {
    const share = admission / 2 ** 32;
    const evidenceMs = (3 * Math.max(5, minCalls * share) * gapMs) / share;
    const waitMs = Math.min(evidenceMs, lowTrafficMaxMs + gapMs / share);
    return Math.max(dwellMs, waitMs) + recovery.ackTimeoutMs + pollMs;
  });
  const climbMs = steps.reduce((sum, ms) => sum + ms, 0);
  const coolingMs = coolDownMaxMs * (1 + coolDownJitter);
  return coolingMs + probingMs + postsMs + climbMs + 2 * pollMs + WAY_MS;
}
