import { CLAUSE_VERDICTS, OPERATORS, RULE_VERDICTS } from '@recloser/core';
import { z } from 'zod';
import { admissionSchema, modeSchema, partitionSchema, stateKindSchema } from '../../domain.js';
import { LIMITS } from '../../limits.js';
import { seqSchema } from '../fields.js';

const attributeValue = z.union([z.string().max(LIMITS.valueLength), z.number(), z.boolean()]);

const partitionValue = z.string().min(1).max(LIMITS.nameLength);

export const trySchema = z.strictObject({
  context: z.record(z.string().min(1).max(LIMITS.nameLength), attributeValue),
  /** Where the call would be made, for breakers of which a part has a state of its own. */
  instance: z
    .strictObject({
      instance: partitionValue.optional(),
      service: partitionValue.optional(),
      zone: partitionValue.optional(),
      region: partitionValue.optional(),
    })
    .optional(),
});

/** What one rule says of a context, clause by clause. */
export const ruleExplanationSchema = z.object({
  ruleId: z.string(),
  verdict: z.enum(RULE_VERDICTS),
  clauses: z.array(
    z.object({
      attribute: z.string(),
      operator: z.enum(OPERATORS),
      negate: z.boolean(),
      /** What the context has there; null: nothing. */
      value: z.union([z.string(), z.number(), z.boolean()]).nullable(),
      verdict: z.enum(CLAUSE_VERDICTS),
    }),
  ),
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
  seq: seqSchema,
});

export type TryRequest = z.infer<typeof trySchema>;
export type RuleExplanationInfo = z.infer<typeof ruleExplanationSchema>;
export type TryResult = z.infer<typeof tryResultSchema>;
