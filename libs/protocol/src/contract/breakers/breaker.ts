import { PARTITION_KINDS } from '@recloser/core';
import { z } from 'zod';
import {
  admissionSchema,
  breakerViewSchema,
  modeSchema,
  policySchema,
  ruleSchema,
  stateKindSchema,
  transitionCauseSchema,
} from '../../domain.js';
import { LIMITS } from '../../limits.js';
import {
  ackEvidenceSchema,
  breakerStateSchema,
  controlSchema,
  millisSchema,
  outageSchema,
  transitionEvidenceSchema,
} from '../../state.js';
import { countSchema as count, seqSchema as seq } from '../fields.js';

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

export type PartitionRow = z.infer<typeof partitionRowSchema>;
export type BreakerSummary = z.infer<typeof breakerSummarySchema>;
export type BreakerDetail = z.infer<typeof breakerDetailSchema>;
export type BreakerPage = z.infer<typeof breakerPageSchema>;
export type ChangedBreaker = z.infer<typeof changedBreakerSchema>;
export type Convergence = z.infer<typeof convergenceSchema>;
