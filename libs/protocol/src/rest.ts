import { PARTITION_KINDS } from '@recloser/core';
import { z } from 'zod';
import {
  admissionSchema,
  breakerViewSchema,
  environmentKindSchema,
  modeSchema,
  policySchema,
  roleSchema,
  ruleSchema,
  partitionSchema,
  stateKindSchema,
  transitionCauseSchema,
} from './domain.js';
import { LIMITS } from './limits.js';
import { ruleExplanationSchema } from './rest-segments.js';
import { ownTokenSchema } from './rest-tokens.js';
import {
  ackEvidenceSchema,
  breakerStateSchema,
  controlSchema,
  millisSchema,
  outageSchema,
  transitionEvidenceSchema,
} from './state.js';

const seq = z.int().min(0);
const count = z.int().min(0);

export const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleSchema,
});
/** GET /v1/me. For a token, `user` is what the audit log names, without an e-mail address. */
export const meSchema = z.object({
  user: userSchema,
  /** Only for a token: where and until when it works. */
  token: ownTokenSchema.exactOptional(),
});

export const environmentSchema = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  kind: environmentKindSchema,
  seq,
});
/** GET /v1/projects answers an array of these. */
export const projectSchema = z.object({
  key: z.string(),
  name: z.string(),
  environments: z.array(environmentSchema),
});

const stepSchema = z.object({ index: z.int().min(0), of: z.int().min(1) });

/** A part of the fleet with a state of its own. */
export const partitionRowSchema = z.object({
  kind: z.enum(PARTITION_KINDS),
  value: z.string(),
  state: stateKindSchema,
  mode: modeSchema,
  heldUntil: millisSchema.nullable(),
  admission: admissionSchema,
  version: z.int().min(0),
  since: millisSchema,
  step: stepSchema.nullable(),
  /** A person has paused its ramp. An older server does not say. */
  paused: z.boolean().default(false),
  /** The core's state, whole; `state` is its kind. */
  current: breakerStateSchema,
  /** Instances that it was made for; 0: not known. */
  instances: count,
  cause: transitionCauseSchema.nullable(),
  /** Why it is in this state, in words; '' when that is not known. */
  summary: z.string(),
  /** Who moved it; null: the evidence. */
  actor: z.string().nullable(),
  reason: z.string(),
  /** The outage that its state belongs to; null: none. An older server does not say. */
  outage: outageSchema.nullable().default(null),
});

/** One row of the fleet page; also what the console's feed carries. */
export const breakerSummarySchema = z.object({
  key: z.string(),
  name: z.string(),
  owner: z.string(),
  tags: z.array(z.string()),
  discovered: z.boolean(),
  state: stateKindSchema,
  mode: modeSchema,
  /** Held only: when it returns to auto by itself, or null. */
  heldUntil: millisSchema.nullable(),
  admission: admissionSchema,
  /** State version. */
  version: z.int().min(0),
  /** Configuration version: what If-Match names. */
  revision: z.int().min(0),
  /** The environment's seq of this breaker's last change. */
  seq,
  /** When this state began. */
  since: millisSchema,
  /** When evidence is looked at again at the latest, or null. */
  dueAt: millisSchema.nullable(),
  /** While ramping: place on the ladder, 0-based, and how many steps it has. */
  step: stepSchema.nullable(),
  /** A person has paused its ramp. An older server does not say. */
  paused: z.boolean().default(false),
  /** The failure rate that is tolerated, 0…1; only what lies above it can open the breaker. */
  threshold: z.number().min(0).max(1),
  cause: transitionCauseSchema.nullable(),
  /** Why it is in this state, in words; '' for one that never changed. */
  summary: z.string(),
  /** The outage that its state belongs to; null: none. An older server does not say. */
  outage: outageSchema.nullable().default(null),
  /** Parts of the fleet with a state of their own, the narrowest first. */
  scopes: z.array(partitionRowSchema).max(LIMITS.scopesPerBreaker).default([]),
});

/** GET E/breakers/:key; its ETag is the revision. */
export const breakerDetailSchema = breakerSummarySchema.extend({
  description: z.string(),
  cohortKey: z.string(),
  /** Its recovery group: all its members have one salt. */
  group: z.string().nullable(),
  salt: z.string(),
  createdAt: millisSchema,
  policy: policySchema,
  rules: z.array(ruleSchema),
  /** The core's state, whole; `state` is its kind. */
  current: breakerStateSchema,
  control: controlSchema,
  /** Evidence of the last transition. */
  evidence: transitionEvidenceSchema.nullable(),
  /** What SDKs get. */
  view: breakerViewSchema,
  /** Store clock when this was read; the times above are on the same clock. */
  now: millisSchema,
});

export const breakerPageSchema = z.object({
  items: z.array(breakerSummarySchema),
  nextCursor: z.string().nullable(),
  seq,
});

/** Answer to trip, restore, mode, ramp, edit, create and archive: committed under `seq`. */
export const changedBreakerSchema = z.object({
  seq,
  breaker: breakerDetailSchema,
  /** What is allowed, and probably not meant; absent: nothing. */
  warnings: z.array(z.string()).exactOptional(),
});

/** How far the fleet has applied `seq`. */
export const convergenceSchema = ackEvidenceSchema.and(z.object({ seq }));

export const ACTOR_KINDS = ['user', 'token', 'trigger', 'system', 'sdk', 'schedule'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];
export const actorSchema = z.object({
  kind: z.enum(ACTOR_KINDS),
  id: z.string().nullable(),
  name: z.string(),
});

/** Failed probe rounds that a list folds into the event before them. */
const foldedRoundsSchema = z.object({
  /** At most LIMITS.foldedRounds. */
  count: z.int().min(1),
  firstAt: millisSchema,
  lastAt: millisSchema,
});

export const auditEntrySchema = z.object({
  id: z.string(),
  /** An environment's id, or "system". */
  chain: z.string(),
  chainSeq: seq,
  environmentId: z.string().nullable(),
  breaker: z.string().nullable(),
  at: millisSchema,
  actor: actorSchema,
  /** E.g. "breaker.trip", "ramp.next", "policy.edit", "transition.fast_window". */
  action: z.string(),
  reason: z.string(),
  seq: seq.nullable(),
  before: z.unknown(),
  after: z.unknown(),
  evidence: transitionEvidenceSchema.nullable(),
  /** Names the outage that the event belongs to, the same in all of its events; null: none. */
  outageId: z.string().nullable().default(null),
  /** When that outage began; null: none. */
  outageStartedAt: millisSchema.nullable().default(null),
  /** With `probeRounds=fold`: the failed probe rounds between this event and the breaker's next one; absent: none. */
  foldedRounds: foldedRoundsSchema.exactOptional(),
  /** SHA-256, hexadecimal. */
  hash: z.string(),
  prevHash: z.string(),
});
export const auditPageSchema = z.object({
  items: z.array(auditEntrySchema),
  nextCursor: z.string().nullable(),
});
/** GET E/audit/verify */
export const auditVerificationSchema = z.object({
  ok: z.boolean(),
  checked: count,
  /** Hash of the last event, hexadecimal; '' for an empty chain. */
  head: z.string(),
  firstBad: z.object({ id: z.string(), chainSeq: seq, problem: z.string() }).optional(),
});

export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** First characters, to recognise it by. */
  prefix: z.string(),
  createdBy: z.string(),
  createdAt: millisSchema,
  lastUsedAt: millisSchema.nullable(),
  revokedAt: millisSchema.nullable(),
});
/** POST E/keys: `key` is shown this once. */
export const createdKeySchema = z.object({ key: z.string(), record: apiKeySchema });

export const instanceRowSchema = z.object({
  instanceId: z.string(),
  service: z.string(),
  zone: z.string().nullable(),
  region: z.string().nullable(),
  sdk: z.string(),
  ackedSeq: seq,
  /** How many changes it is behind the environment. */
  behind: count,
  /** Longest recent stall of its event loop, ms. */
  lagMs: count,
  connectedAt: millisSchema,
  lastSeenAt: millisSchema,
  /** null: connected. */
  disconnectedAt: millisSchema.nullable(),
  /** The SDK key that it came with; null: of a server that did not tell. */
  keyId: z.string().nullable(),
  keyName: z.string().nullable(),
});
export const instancePageSchema = z.object({
  items: z.array(instanceRowSchema),
  nextCursor: z.string().nullable(),
  seq,
});

/** A service that is connected, or has called a breaker within the last week. */
export const serviceRowSchema = z.object({
  service: z.string(),
  /** How many of its instances are connected. */
  instances: count,
  /** Keys of the breakers that it has called. */
  breakers: z.array(z.string()),
  /** When it called one last, to ten minutes; null: within the last week it has not. */
  lastUsedAt: millisSchema.nullable(),
});
/** GET E/services */
export const serviceListSchema = z.object({
  items: z.array(serviceRowSchema),
  /** False: there are more uses than LIMITS.usesPerList, and the oldest ones are left out. */
  complete: z.boolean(),
});

/** One instance's own counts for one breaker over the last `windowMs`. */
export const instanceSplitSchema = z.object({
  instanceId: z.string(),
  service: z.string(),
  zone: z.string().nullable(),
  ok: count,
  failures: count,
  slow: count,
  rejected: count,
  ackedSeq: seq,
});
/** GET E/breakers/:key/instances: of the instances connected to the API node asked; `total` of them, worst first. */
export const splitSchema = z.object({
  windowMs: count,
  total: count,
  items: z.array(instanceSplitSchema),
});

/** Of a sample of calls, in ms: each at most 9.1% above the true value. `max` is the limit of the highest bin. */
export const latencyFiguresSchema = z.object({
  samples: count,
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
});

export const seriesPointSchema = z.object({
  /** Start of the step. */
  at: millisSchema,
  ok: count,
  failures: count,
  rejected: count,
  slow: count,
  timeouts: count,
  stalled: count,
  throttled: count,
  localLag: count,
  /** Absent: no SDK told any. */
  latency: latencyFiguresSchema.optional(),
});
export const seriesTransitionSchema = z.object({
  at: millisSchema,
  seq,
  state: stateKindSchema,
  admission: admissionSchema,
  action: z.string(),
  actor: z.string(),
});
export const seriesSchema = z.object({
  stepMs: count,
  points: z.array(seriesPointSchema),
  transitions: z.array(seriesTransitionSchema),
  /** Of the whole time; null: no SDK told any. An older server does not say. */
  latency: latencyFiguresSchema.nullable().optional(),
});

/** POST E/breakers/:key/try: what every SDK decides for this context now. */
export const tryResultSchema = z.object({
  admitted: z.boolean(),
  reason: z.string(),
  admission: admissionSchema,
  /** 0…2³²−1, or null without a cohort key. */
  bucket: z.int().min(0).nullable(),
  /** The bucket's place in percent, 0…100: admitted when it lies below the admission. */
  bucketPercent: z.number().nullable(),
  ruleId: z.string().optional(),
  /** What each rule says of the context, in order. */
  rules: z.array(ruleExplanationSchema),
  evidence: z.boolean(),
  state: stateKindSchema,
  mode: modeSchema,
  /** The part of the fleet whose state decided; absent: the fleet's. */
  scope: partitionSchema.optional(),
  seq,
});

export const personSchema = userSchema.extend({ createdAt: millisSchema });
/** POST /v1/people: `password` is there only when it was made here; shown this once. */
export const createdPersonSchema = z.object({
  person: personSchema,
  password: z.string().optional(),
});

/** POST /v1/people/:id/password: shown this once. */
export const newPasswordSchema = z.object({ password: z.string() });

export type User = z.infer<typeof userSchema>;
export type Me = z.infer<typeof meSchema>;
export type EnvironmentInfo = z.infer<typeof environmentSchema>;
export type Project = z.infer<typeof projectSchema>;
export type PartitionRow = z.infer<typeof partitionRowSchema>;
export type BreakerSummary = z.infer<typeof breakerSummarySchema>;
export type BreakerDetail = z.infer<typeof breakerDetailSchema>;
export type BreakerPage = z.infer<typeof breakerPageSchema>;
export type ChangedBreaker = z.infer<typeof changedBreakerSchema>;
export type Convergence = z.infer<typeof convergenceSchema>;
export type Actor = z.infer<typeof actorSchema>;
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type AuditPage = z.infer<typeof auditPageSchema>;
export type AuditVerification = z.infer<typeof auditVerificationSchema>;
export type ApiKey = z.infer<typeof apiKeySchema>;
export type CreatedKey = z.infer<typeof createdKeySchema>;
export type InstanceRow = z.infer<typeof instanceRowSchema>;
export type InstancePage = z.infer<typeof instancePageSchema>;
export type ServiceRow = z.infer<typeof serviceRowSchema>;
export type ServiceList = z.infer<typeof serviceListSchema>;
export type InstanceSplit = z.infer<typeof instanceSplitSchema>;
export type Split = z.infer<typeof splitSchema>;
export type SeriesPoint = z.infer<typeof seriesPointSchema>;
export type SeriesTransition = z.infer<typeof seriesTransitionSchema>;
export type Series = z.infer<typeof seriesSchema>;
export type TryResult = z.infer<typeof tryResultSchema>;
export type Person = z.infer<typeof personSchema>;
export type CreatedPerson = z.infer<typeof createdPersonSchema>;
export type NewPassword = z.infer<typeof newPasswordSchema>;
