import { CLAUSE_VERDICTS, OPERATORS, RULE_VERDICTS, SEGMENT_KEY } from '@recloser/core';
import { z } from 'zod';
import { segmentClauseSchema, segmentEditSchema } from './domain.js';
import { ownFieldCodes } from './field-codes.js';
import { LIMITS } from './limits.js';
import { reasonSchema } from './rest-requests.js';
import { millisSchema } from './state.js';

const key = z
  .string()
  .regex(SEGMENT_KEY, 'use 1 to 64 lower-case letters, digits and inner dashes');
const settings = {
  name: z.string().trim().min(1).max(LIMITS.nameLength),
  description: z.string().max(LIMITS.reasonLength),
  clauses: z.array(segmentClauseSchema).max(LIMITS.clausesPerRule),
};

/** POST E/segments. */
export const createSegmentSchema = z
  .strictObject({ key, ...settings })
  .partial({ name: true, description: true })
  .extend({ reason: reasonSchema })
  .register(ownFieldCodes, { key: 'invalid_segment_key', clauses: 'invalid_segment' });

/**
 * PATCH E/segments/:key with If-Match. Only what is given changes. `edits` adds values to clauses and takes values out of
 * them, after `clauses` where both are given.
 */
export const editSegmentSchema = z
  .strictObject({
    ...settings,
    edits: z.array(segmentEditSchema.strict()).max(LIMITS.clausesPerRule),
  })
  .partial()
  .extend({ reason: reasonSchema })
  .register(ownFieldCodes, { clauses: 'invalid_segment', edits: 'invalid_segment' });

export const removeSegmentSchema = z.strictObject({ reason: reasonSchema });

export const segmentInfoSchema = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string(),
  clauses: z.array(segmentClauseSchema),
  /** In lists, of a segment with more than 1,000 values: how many each clause has; `clauses` holds the first ones. */
  counts: z.array(z.int().min(0)).optional(),
  /** +1 on every edit; its ETag. */
  revision: z.int().min(1),
  createdAt: millisSchema,
  updatedAt: millisSchema,
  /** Keys of the breakers whose rules name it. */
  usedBy: z.array(z.string()),
});

/** GET E/segments: all of them, by key, each with 1,000 values at most. */
export const segmentListSchema = z.object({ items: z.array(segmentInfoSchema) });

/** After a change: `seq` is where the environment stands; SDKs that have applied it have the change. */
export const changedSegmentSchema = z.object({
  seq: z.int().min(0),
  segment: segmentInfoSchema,
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

export type RuleExplanationInfo = z.infer<typeof ruleExplanationSchema>;
export type CreateSegment = z.infer<typeof createSegmentSchema>;
export type EditSegment = z.infer<typeof editSegmentSchema>;
export type RemoveSegment = z.infer<typeof removeSegmentSchema>;
export type SegmentInfo = z.infer<typeof segmentInfoSchema>;
export type SegmentList = z.infer<typeof segmentListSchema>;
export type ChangedSegment = z.infer<typeof changedSegmentSchema>;
