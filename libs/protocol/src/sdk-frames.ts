import { RETRY_AFTER_MAX_MS } from '@recloser/core';
import { z } from 'zod';
import { breakerViewSchema, segmentClauseSchema, segmentEditSchema } from './domain.js';
import { LIMITS } from './limits.js';
import { STORABLE, UNSTORABLE_MESSAGE } from './storable.js';

/** Version of the SDK socket protocol. A server refuses a hello with a newer major version by `unsupported_version`. */
export const SDK_PROTOCOL_VERSION = 1;

const key = z.string().min(1).max(LIMITS.breakerKeyLength);
const seq = z.int().min(0);
const count = z.int().min(0).max(LIMITS.countPerBucket);
const age = z.int().min(0);

const name = (length: number) => z.string().min(1).max(length).regex(STORABLE, UNSTORABLE_MESSAGE);

export const instanceSchema = z.object({
  id: name(LIMITS.instanceIdLength),
  service: name(LIMITS.nameLength),
  zone: name(LIMITS.nameLength).optional(),
  region: name(LIMITS.nameLength).optional(),
  /** SDK name and version, e.g. "js/0.1.0". */
  sdk: name(LIMITS.nameLength),
  pid: z.int().min(0).optional(),
  /**
   * What it understands beyond the first version: "scopes" is states of parts of the fleet, "parts" is states that come in
   * several frames with each segment once, "deflate" is frames as compressed binary messages.
   */
  features: z.array(z.string().max(40)).max(20).optional(),
});

/** First frame of a connection. `resume` asks for the changes after `seq` within `epoch`; anything else gets a full snapshot. */
export const helloSchema = z.object({
  t: z.literal('hello'),
  v: z.int().min(1),
  instance: instanceSchema,
  resume: z.object({ epoch: z.string().max(64), seq }).optional(),
});

/** All changes up to and with `seq` have been applied. */
export const ackSchema = z.object({ t: z.literal('ack'), seq });

/**
 * One bucket of outcomes: [age, ok, failures, slow, timeouts, stalled, rejected, throttled, localLag, ruledOk, ruledFailures, limited].
 * `age` is how many milliseconds before sending the bucket's start lies, on the sender's monotonic clock.
 * Trailing zeros may be left out; at least [age, ok] stands.
 */
export const signalBucketSchema = z.array(count).min(2).max(12);

/** One check for all numbers: a hub reads a hundred thousand of them a second. */
const latencies = z.custom<number[]>(
  (value) =>
    Array.isArray(value) && value.length <= LIMITS.latenciesPerItem && value.every(isCount),
  `must be at most ${LIMITS.latenciesPerItem} whole numbers of 0…${LIMITS.countPerBucket}`,
);

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LIMITS.countPerBucket;
}

/** Outcomes of one breaker that were admitted under one state version. */
export const signalItemSchema = z.object({
  b: key,
  v: z.int().min(0),
  c: z.array(signalBucketSchema).min(1).max(LIMITS.bucketsPerItem),
  /**
   * How long a sample of the breaker's calls took that ended since the item before: bin, samples, bin, samples… in the
   * core's bins. They belong to the time of the last bucket. A bin that the receiver does not know is left out.
   */
  h: latencies.optional(),
  /**
   * The sender opened the breaker on its own while nobody decided for the fleet, and still rejects: how long ago it
   * opened, the calls and the failed ones on which it did, and how long ago the last of these failed; in ms.
   */
  o: z.tuple([age, count, count, age]).optional(),
  /**
   * For how long the dependency has asked this instance to wait (`Retry-After`), in ms from the sending of the frame on. Sent
   * with each item while it lasts; absent: the instance does not have to wait.
   */
  r: z.int().min(0).max(RETRY_AFTER_MAX_MS).optional(),
});

/** A batch of counts. `n` rises by one per batch and connection; a replayed or older `n` is ignored and acknowledged again. */
export const signalSchema = z.object({
  t: z.literal('signal'),
  n: z.int().min(1),
  items: z.array(signalItemSchema).min(1).max(LIMITS.itemsPerSignal),
  /** Longest stall of the sender's event loop since the last batch, in ms. */
  lag: z.int().min(0).max(600_000).optional(),
});

/** Breakers that the code uses and the snapshot did not have. */
export const discoverSchema = z.object({
  t: z.literal('discover'),
  keys: z.array(key).min(1).max(LIMITS.discoverPerFrame),
});

/** How the one call made under a permit ended. Idempotent by `id`. */
export const probeResultSchema = z.object({
  t: z.literal('probe'),
  b: key,
  v: z.int().min(0),
  round: z.int().min(0),
  id: z.string().min(1).max(64),
  ok: z.boolean(),
  /** How long the call took, in ms; absent in SDKs of before this was told. */
  ms: z.number().min(0).exactOptional(),
});

export const pongSchema = z.object({ t: z.literal('pong'), id: z.int().min(0) });
export const clientGoodbyeSchema = z.object({ t: z.literal('goodbye') });

export const clientFrameSchema = z.discriminatedUnion('t', [
  helloSchema,
  ackSchema,
  signalSchema,
  discoverSchema,
  probeResultSchema,
  pongSchema,
  clientGoodbyeSchema,
]);

export const tuningSchema = z.object({
  /** Usual time between two signal batches; the SDK adds jitter. */
  flushMs: z.int(),
  /** The same while a breaker fails. */
  urgentFlushMs: z.int(),
  /** A state is good for this long after the last `full`, `delta` or `ping`. */
  leaseMs: z.int(),
  pingMs: z.int(),
});

/** How many instances the environment has, on all nodes. A server that does not know leaves it out. */
const fleet = z.int().min(1).optional();

/** A piece of a segment: its clauses with all values or the first ones, or what changes one clause. */
const segmentPieceSchema = z.union([
  z.object({ key: z.string().min(1), clauses: z.array(segmentClauseSchema) }),
  segmentEditSchema.extend({ key: z.string().min(1) }),
]);

/** A piece of the `full` or `delta` that follows: it is kept, and takes effect with that. Only for SDKs with "parts". */
export const partSchema = z.object({
  t: z.literal('part'),
  segments: z.array(segmentPieceSchema).exactOptional(),
  breakers: z.array(breakerViewSchema).exactOptional(),
});

/** The whole environment. Replaces everything that was known. Answered by `ack`. */
export const fullSchema = z.object({
  t: z.literal('full'),
  epoch: z.string(),
  seq,
  environment: z.object({ key: z.string(), kind: z.string() }),
  tuning: tuningSchema,
  fleet,
  breakers: z.array(breakerViewSchema),
});

/**
 * All changes after `from` up to `seq`, to be applied at once. A receiver whose seq is not `from` … `seq − 1`
 * ignores what it already has; one that is behind `from` asks for a full snapshot by reconnecting without `resume`.
 */
export const deltaSchema = z.object({
  t: z.literal('delta'),
  epoch: z.string(),
  from: seq,
  seq,
  breakers: z.array(breakerViewSchema),
  removed: z.array(key),
});

/** One probe call may be made by this instance. Unused, it lapses after `ttlMs`. */
export const permitSchema = z.object({
  t: z.literal('permit'),
  b: key,
  v: z.int().min(0),
  round: z.int().min(0),
  id: z.string(),
  ttlMs: z.int().min(1),
});

/**
 * So many calls per second this instance may make while the breaker ramps under a rate limit. It is told anew while there
 * is demand; after `ttlMs` the even share counts again: a quarter of the view's `maxRps` over the fleet.
 */
export const quotaSchema = z.object({
  t: z.literal('quota'),
  b: key,
  rps: z.number().min(0),
  ttlMs: z.int().min(1),
});

/** A signal batch arrived. What is not acknowledged when the connection ends is lost and counted so, never sent again. */
export const signalAckSchema = z.object({ t: z.literal('got'), n: z.int().min(1) });

/** Keep-alive. `lease` renews the states; it is false while no evaluator is deciding. Answered by `pong`. */
export const pingSchema = z.object({
  t: z.literal('ping'),
  id: z.int().min(0),
  lease: z.boolean(),
  fleet,
});

/**
 * A breaker may be failing: send what is counted now. An instance that has only good outcomes would tell them up to a
 * second later than others tell their failures, and the fleet would look worse than it is.
 */
export const reportFrameSchema = z.object({ t: z.literal('report') });

/** The server will close. Reconnect after a random time up to `withinMs`. */
export const goodbyeSchema = z.object({
  t: z.literal('goodbye'),
  reason: z.string(),
  withinMs: z.int().min(0),
});

/** `fatal`: the connection closes, and trying again with the same key or version is no use before `retryAfterMs`. */
export const errorFrameSchema = z.object({
  t: z.literal('error'),
  code: z.string(),
  message: z.string(),
  fatal: z.boolean(),
  retryAfterMs: z.int().optional(),
});

export const serverFrameSchema = z.discriminatedUnion('t', [
  partSchema,
  fullSchema,
  deltaSchema,
  permitSchema,
  quotaSchema,
  signalAckSchema,
  pingSchema,
  reportFrameSchema,
  goodbyeSchema,
  errorFrameSchema,
]);

/**
 * Body of POST /v1/sdk/frames, for SDKs whose sockets do not get through: the frames that they would have sent, but for
 * hello and pong. `connection` is new whenever the SDK begins to poll; batches are numbered within it.
 */
export const postedFramesSchema = z.object({
  instance: instanceSchema,
  connection: z.string().min(1).max(64),
  /** `ETag` of the state that it has applied. Without it, the last `ack` counts. */
  state: z.string().max(200).optional(),
  /** Each is read as on a socket, so that one which is not known does not spoil the others. */
  frames: z.array(z.unknown()).max(LIMITS.framesPerPost),
});

/** Its answer: frames of the server, and the tag of the present state, as `ETag` of GET /v1/sdk/snapshot has it. */
export const answeredFramesSchema = z.object({
  state: z.string(),
  frames: z.array(z.unknown()),
});

export const CLIENT_FRAME_KINDS: readonly ClientFrame['t'][] = [
  'hello',
  'ack',
  'signal',
  'discover',
  'probe',
  'pong',
  'goodbye',
];
export const SERVER_FRAME_KINDS: readonly ServerFrame['t'][] = [
  'part',
  'full',
  'delta',
  'permit',
  'quota',
  'got',
  'ping',
  'report',
  'goodbye',
  'error',
];

export type Instance = z.infer<typeof instanceSchema>;
export type HelloFrame = z.infer<typeof helloSchema>;
export type AckFrame = z.infer<typeof ackSchema>;
export type SignalBucket = z.infer<typeof signalBucketSchema>;
export type SignalItem = z.infer<typeof signalItemSchema>;
export type SignalFrame = z.infer<typeof signalSchema>;
export type DiscoverFrame = z.infer<typeof discoverSchema>;
export type ProbeResultFrame = z.infer<typeof probeResultSchema>;
export type ClientFrame = z.infer<typeof clientFrameSchema>;
export type PostedFrames = z.infer<typeof postedFramesSchema>;
export type AnsweredFrames = z.infer<typeof answeredFramesSchema>;
export type Tuning = z.infer<typeof tuningSchema>;
export type PartFrame = z.infer<typeof partSchema>;
export type SegmentPieceInfo = z.infer<typeof segmentPieceSchema>;
export type FullFrame = z.infer<typeof fullSchema>;
export type DeltaFrame = z.infer<typeof deltaSchema>;
export type PermitFrame = z.infer<typeof permitSchema>;
export type QuotaFrame = z.infer<typeof quotaSchema>;
export type PingFrame = z.infer<typeof pingSchema>;
export type GoodbyeFrame = z.infer<typeof goodbyeSchema>;
export type ErrorFrame = z.infer<typeof errorFrameSchema>;
export type ServerFrame = z.infer<typeof serverFrameSchema>;
