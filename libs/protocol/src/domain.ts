import {
  ADMISSION_ALL,
  CALL_SETTINGS,
  COHORTS,
  ENVIRONMENT_KINDS,
  MODES,
  OPERATORS,
  PROBE_METHODS,
  ROLES,
  PARTITION_KINDS,
  STATE_KINDS,
  TRANSITION_CAUSES,
  upgradePolicy,
  type AttributeValue,
  type BreakerView,
  type CallPolicy,
  type CallView,
  type Policy,
  type ProbeCheck,
  type Rule,
  type Partition,
  type Segment,
} from '@recloser/core';
import { z } from 'zod';
import { LIMITS } from './limits.js';

export const admissionSchema = z.int().min(0).max(ADMISSION_ALL);
export const stateKindSchema = z.enum(STATE_KINDS);
export const modeSchema = z.enum(MODES);
export const roleSchema = z.enum(ROLES);
/** A part of the fleet: every instance whose attribute `kind` is `value`. */
export const partitionSchema: z.ZodType<Partition> = z.object({
  kind: z.enum(PARTITION_KINDS),
  value: z.string().min(1).max(LIMITS.nameLength),
});
export const environmentKindSchema = z.enum(ENVIRONMENT_KINDS);
export const transitionCauseSchema = z.enum(TRANSITION_CAUSES);
export const breakerKeySchema = z
  .string()
  .min(1)
  .max(LIMITS.breakerKeyLength)
  .regex(
    /^[^\p{Cc}\p{Cs}\s/](?:[^\p{Cc}\p{Cs}/]*[^\p{Cc}\p{Cs}\s/])?$/u,
    'must not contain "/" or control characters, nor begin or end with white space',
  )
  // In a URL these are steps between folders, percent-encoded, too: nothing could address such a breaker.
  .refine((key) => key !== '.' && key !== '..', 'must not be "." or ".."');

const attributeValueSchema = z.union([z.string().max(LIMITS.valueLength), z.number(), z.boolean()]);

export const clauseSchema = z.object({
  attribute: z.string().min(1).max(LIMITS.nameLength),
  operator: z.enum(OPERATORS),
  values: z.array(attributeValueSchema).max(LIMITS.valuesPerClause),
  negate: z.boolean().exactOptional(),
  ignoreCase: z.boolean().exactOptional(),
});

export const ruleSchema: z.ZodType<Rule> = z.object({
  id: z.string().min(1).max(64),
  description: z.string().max(LIMITS.reasonLength).exactOptional(),
  when: z.enum(['always', 'not_closed']),
  clauses: z.array(clauseSchema).max(LIMITS.clausesPerRule),
  effect: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('admit') }),
    z.object({ kind: z.literal('reject') }),
    z.object({ kind: z.literal('admission'), admission: admissionSchema }),
  ]),
});
/** One check for all values: there may be a hundred thousand. */
const listedValues = z.custom<AttributeValue[]>(
  (value) =>
    Array.isArray(value) &&
    value.length <= LIMITS.valuesPerSegment &&
    value.every(isAttributeValue),
  `must be at most ${LIMITS.valuesPerSegment} texts of up to ${LIMITS.valueLength} characters, numbers and booleans`,
);

function isAttributeValue(value: unknown): value is AttributeValue {
  return typeof value === 'string'
    ? value.length <= LIMITS.valueLength
    : typeof value === 'boolean' || Number.isFinite(value);
}

export const segmentClauseSchema = clauseSchema.extend({ values: listedValues });
export const segmentSchema: z.ZodType<Segment> = z.object({
  key: z.string().min(1).max(64),
  clauses: z.array(segmentClauseSchema).max(LIMITS.clausesPerRule),
  digest: z.string().max(64).exactOptional(),
});
/** What changes one clause of a segment. */
export const segmentEditSchema = z.object({
  clause: z
    .int()
    .min(0)
    .max(LIMITS.clausesPerRule - 1),
  add: listedValues.exactOptional(),
  remove: listedValues.exactOptional(),
});
export const segmentsSchema = z.array(segmentSchema).max(LIMITS.segmentsPerBreaker);
export const rulesSchema = z.array(ruleSchema).max(LIMITS.rulesPerBreaker);

const milliseconds = z.int().min(0);
const share = z.number().min(0).max(1);
const callTimes = {
  timeoutMs: milliseconds.nullable(),
  stallMs: milliseconds.nullable(),
  slowMs: milliseconds.nullable(),
};
const count = z.int().min(0).nullable();
const locked = z.array(z.enum(CALL_SETTINGS)).max(CALL_SETTINGS.length);

/** Policies that were stored before there were limits and retries have none. */
export const callPolicySchema: z.ZodType<CallPolicy> = z.object({
  ...callTimes,
  maxConcurrent: count.default(null),
  maxQueue: count.default(null),
  maxRetries: count.default(null),
  autoFalseRate: share.nullable().default(null),
  autoMinMs: count.default(null),
  autoMaxMs: count.default(null),
  locked: locked.default([]),
});

export const callViewSchema: z.ZodType<CallView> = z.object({
  ...callTimes,
  maxConcurrent: count.exactOptional(),
  maxQueue: count.exactOptional(),
  maxRetries: count.exactOptional(),
  locked: locked.exactOptional(),
});

export const probeCheckSchema: z.ZodType<ProbeCheck> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('http'),
    url: z.string(),
    method: z.enum(PROBE_METHODS),
    expectStatus: z.int(),
    timeoutMs: milliseconds,
    maxLatencyMs: milliseconds.nullable(),
  }),
  z.object({ kind: z.literal('tcp'), host: z.string(), port: z.int(), timeoutMs: milliseconds }),
]);

const policyShape = z.object({
  trip: z.object({
    toleratedRate: share,
    toleratedSlowRate: share.nullable(),
    excessMs: milliseconds,
  }),
  minCalls: z.int().min(0),
  quorum: share,
  consecutive: z
    .object({ failures: z.int().min(0), instances: z.int().min(0), withinMs: milliseconds })
    .nullable()
    .default(null),
  adaptive: z
    .object({ k: z.number().min(0) })
    .nullable()
    .default(null),
  recovery: z.object({
    coolDownMs: milliseconds,
    coolDownMaxMs: milliseconds,
    coolDownJitter: share,
    stableMs: milliseconds,
    probes: z.int().min(1),
    probeTtlMs: milliseconds,
    probe: probeCheckSchema.nullable().default(null),
    ladder: z.array(admissionSchema).max(64),
    coldSensitive: z.boolean().default(false),
    cohort: z.enum(COHORTS).default('hash'),
    maxRps: z.int().min(0).nullable().default(null),
    dwellPerOutage: z.number().min(0),
    dwellMinMs: milliseconds,
    dwellMaxMs: milliseconds,
    recoveryRate: share,
    minCalls: z.int().min(0),
    onStepFailure: z.enum(['step_back', 'open']),
    onLowTraffic: z.enum(['advance_after', 'hold']),
    lowTrafficMaxMs: milliseconds,
    ackQuorum: share,
    ackTimeoutMs: milliseconds,
  }),
  call: callPolicySchema,
});

/**
 * The shape of a policy, and of those of earlier versions, which had two windows. Ranges and relations between fields
 * are `validatePolicy`'s, so that console and API say the same.
 */
export const policySchema: z.ZodType<Policy> = z.preprocess(upgradePolicy, policyShape);

const probeRoundSchema = z.object({
  round: z.int().min(0),
  permits: z.int().min(1),
  ttlMs: z.int().min(1),
});
/** What a view and the view of a part of the fleet have in common. */
const stateSummary = {
  version: z.int().min(0),
  state: stateKindSchema,
  mode: modeSchema,
  admission: admissionSchema,
  retryAfterMs: z.int().min(0).nullable(),
  keepsRules: z.literal(true).exactOptional(),
  probe: probeRoundSchema.exactOptional(),
  maxRps: z.number().min(0).exactOptional(),
};
const partitionViewSchema = z.object({
  kind: z.enum(PARTITION_KINDS),
  value: z.string(),
  ...stateSummary,
});

export const breakerViewSchema: z.ZodType<BreakerView> = z.object({
  key: z.string(),
  ...stateSummary,
  salt: z.string(),
  cohortKey: z.string(),
  cohort: z.enum(COHORTS).exactOptional(),
  rules: z.array(ruleSchema),
  segments: z.array(segmentSchema).exactOptional(),
  call: callViewSchema,
  windows: z.array(z.int().min(1)).max(4).exactOptional(),
  toleratedRate: share.exactOptional(),
  toleratedSlowRate: share.exactOptional(),
  scopes: z.array(partitionViewSchema).max(LIMITS.scopesPerBreaker).exactOptional(),
  lastVersion: z.int().min(0).exactOptional(),
});
