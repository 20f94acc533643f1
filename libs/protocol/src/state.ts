import type {
  AckEvidence,
  BreakerState,
  Control,
  Counts,
  GroupCounts,
  KeyCounts,
  LocalOpenings,
  Outage,
  ProbeEvidence,
  PartitionChange,
  PartitionState,
  TransitionEvidence,
  WindowEvidence,
} from '@recloser/core';
import { z } from 'zod';
import { admissionSchema, partitionSchema, transitionCauseSchema } from './domain.js';
import { LIMITS } from './limits.js';

/** Milliseconds since the Unix epoch on the store's clock. */
export const millisSchema = z.int().min(0);
const relapses = z.int().min(0);
const rate = z.number().min(0).max(1);
const duration = z.number().min(0);
const outage = {
  outageStartedAt: millisSchema,
  rateBefore: rate,
  relapses,
  latencyBefore: z.object({ p50Ms: duration, p95Ms: duration }).exactOptional(),
};

/**
 * A breaker's state as it is stored and shown. A field that is not known stays where it is: while a fleet of servers is
 * upgraded, an older one must neither stumble over what a newer one has written nor lose it (ADR 0016).
 */
export const breakerStateSchema: z.ZodType<BreakerState> = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('closed'),
    since: millisSchema,
    relapses,
    stableAt: millisSchema,
    wouldHaveTrippedAt: millisSchema.exactOptional(),
    load: z.looseObject({ raiseWaitMs: z.number().min(0) }).exactOptional(),
  }),
  z.looseObject({
    kind: z.literal('open'),
    since: millisSchema,
    coolDownEndsAt: millisSchema.nullable(),
    keepsRules: z.literal(true).exactOptional(),
    ...outage,
  }),
  z.looseObject({
    kind: z.literal('probing'),
    since: millisSchema,
    round: z.int().min(0),
    roundStartedAt: millisSchema,
    passed: z.int().min(0).exactOptional(),
    ...outage,
  }),
  z.looseObject({
    kind: z.literal('ramping'),
    since: millisSchema,
    ladder: z.array(admissionSchema),
    step: z.int().min(0),
    exact: admissionSchema.nullable(),
    stepStartedAt: millisSchema,
    dwellStartedAt: millisSchema.nullable(),
    dwellMs: z.number().min(0),
    lastDwellMs: z.number().min(0).exactOptional(),
    paused: z.boolean(),
    pausedUntil: millisSchema.nullable().exactOptional(),
    ...outage,
  }),
  z.looseObject({
    kind: z.literal('dimmed'),
    since: millisSchema,
    admission: admissionSchema,
    until: millisSchema.nullable().exactOptional(),
    load: z
      .looseObject({
        changedAt: millisSchema,
        ceiling: admissionSchema.nullable(),
        rising: z.boolean(),
        raiseWaitMs: z.number().min(0),
        relapses,
        wait: z.looseObject({ until: millisSchema, admission: admissionSchema }).exactOptional(),
      })
      .exactOptional(),
  }),
]);

export const controlSchema: z.ZodType<Control> = z.discriminatedUnion('mode', [
  z.looseObject({ mode: z.literal('auto') }),
  z.looseObject({ mode: z.literal('observe') }),
  z.looseObject({ mode: z.literal('held'), until: millisSchema.nullable() }),
]);

const count = z.number().min(0);
export const countsSchema: z.ZodType<Counts> = z.object({
  ok: count,
  failures: count,
  slow: count,
  timeouts: count,
  stalled: count,
  rejected: count,
  throttled: count,
  localLag: count,
  ruledOk: count,
  ruledFailures: count,
  // Evidence from before there were rate limits has none.
  limited: count.default(0),
});

const keyCountsSchema: z.ZodType<KeyCounts> = z.object({
  keyId: z.string(),
  reporting: z.int(),
  failing: z.int(),
  name: z.string().exactOptional(),
});

const groupCountsSchema: z.ZodType<GroupCounts> = z.object({
  service: z.string().nullable(),
  zone: z.string().nullable(),
  region: z.string().nullable(),
  calls: count,
  failures: count,
  slow: count,
  reporting: z.int(),
  failing: z.int(),
  slowInstances: z.int(),
  failingBuckets: z.int(),
  observedBuckets: z.int().exactOptional(),
  keys: z.array(keyCountsSchema).exactOptional(),
});

const localOpeningsSchema: z.ZodType<LocalOpenings> = z.object({
  keys: z.array(
    z.object({
      keyId: z.string(),
      reporting: z.int(),
      opened: z.int(),
      openedAt: z.array(millisSchema),
      name: z.string().exactOptional(),
    }),
  ),
  well: z.int(),
  calls: count,
  failures: count,
  failedAt: millisSchema,
  heardAt: millisSchema,
});

export const windowEvidenceSchema: z.ZodType<WindowEvidence> = z.object({
  lengthMs: z.number(),
  counts: countsSchema,
  failingBuckets: z.int(),
  reporting: z.int(),
  failing: z.int(),
  heaviest: z.array(
    z.object({
      instanceId: z.string(),
      service: z.string(),
      zone: z.string().nullable(),
      calls: count,
      failures: count,
      lastFailureAt: millisSchema.exactOptional(),
      localLag: count.exactOptional(),
      region: z.string().nullable().exactOptional(),
      slow: count.exactOptional(),
      failingBuckets: z.int().exactOptional(),
      observedBuckets: z.int().exactOptional(),
      keyId: z.string().exactOptional(),
    }),
  ),
  firstFailureAt: millisSchema.nullable().exactOptional(),
  lastFailureAt: millisSchema.nullable().exactOptional(),
  slowInstances: z.int().exactOptional(),
  run: z.object({ failures: count, startedAt: millisSchema.nullable() }).exactOptional(),
  lag: z
    .object({
      instances: z.int(),
      reporting: z.int(),
      failing: z.int(),
      failingBuckets: z.int(),
    })
    .exactOptional(),
  lagCounted: z.boolean().exactOptional(),
  groups: z.array(groupCountsSchema).exactOptional(),
  keys: z.array(keyCountsSchema).exactOptional(),
  local: localOpeningsSchema.exactOptional(),
  wait: z
    .object({ reporting: z.int(), until: z.array(z.tuple([millisSchema, z.int()])) })
    .exactOptional(),
  excess: z
    .object({
      toleratedRate: rate,
      excessMs: z.number(),
      neededMs: z.number(),
      calls: count,
      bad: count,
      startedAt: millisSchema,
      observedMs: z.number(),
    })
    .exactOptional(),
});

const probeEvidenceSchema: z.ZodType<ProbeEvidence> = z.object({
  round: z.int(),
  claimed: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  lastClaimedAt: millisSchema.nullable().exactOptional(),
  reason: z.string().exactOptional(),
  slowestMs: z.number().exactOptional(),
});

export const ackEvidenceSchema: z.ZodType<AckEvidence> = z.object({
  connected: z.int(),
  applied: z.int(),
  behind: z.array(z.string()),
});

/** Why a transition happened. */
export const transitionEvidenceSchema: z.ZodType<TransitionEvidence> = z.object({
  cause: transitionCauseSchema,
  summary: z.string(),
  window: windowEvidenceSchema.nullable(),
  probe: probeEvidenceSchema.nullable(),
  acks: ackEvidenceSchema.nullable(),
  scope: partitionSchema.exactOptional(),
  leftOut: z.array(partitionSchema).exactOptional(),
});

/** One outage, from its first failure to its close. */
export const outageSchema: z.ZodType<Outage> = z.object({
  startedAt: millisSchema,
  // Of a cause that only a newer version knows: the outage without it is better than none.
  cause: transitionCauseSchema.nullable().catch(null),
  summary: z.string(),
  actor: z.string().nullable(),
  failedRounds: count,
});

const partitionChangeSchema: z.ZodType<PartitionChange> = z.looseObject({
  at: millisSchema,
  cause: transitionCauseSchema,
  summary: z.string(),
  actor: z.string().nullable(),
  reason: z.string(),
});

/** A part of the fleet with a state of its own, as it is stored. */
export const partitionStateSchema: z.ZodType<PartitionState> = z
  .looseObject({
    scope: partitionSchema,
    version: z.int().min(1),
    state: breakerStateSchema,
    control: controlSchema,
    within: z.looseObject({
      service: z.string().exactOptional(),
      zone: z.string().exactOptional(),
      region: z.string().exactOptional(),
    }),
    instances: z.int().min(0),
    // Only shown: a cause of a newer version must not make the breaker unreadable.
    last: partitionChangeSchema.nullish().catch(null),
    outage: outageSchema.nullish().catch(null),
  })
  .transform(({ last, outage, ...scoped }) => ({
    ...scoped,
    ...(last && { last }),
    ...(outage && { outage }),
  }));
export const partitionStatesSchema = z.array(partitionStateSchema).max(LIMITS.scopesPerBreaker);
