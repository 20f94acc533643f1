import { SEGMENT_KEY } from '@recloser/core';
import { z } from 'zod';
import { segmentClauseSchema, segmentEditSchema } from '../domain.js';
import { ownFieldCodes } from '../field-codes.js';
import { LIMITS } from '../limits.js';
import { millisSchema } from '../state.js';
import { api } from './api.js';
import { changedSchema, nameSchema, reasonSchema } from './fields.js';
import { route } from './route.js';

const key = z
  .string()
  .regex(SEGMENT_KEY, 'use 1 to 64 lower-case letters, digits and inner dashes');
const settings = {
  name: nameSchema,
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

export const segmentRoutes = {
  list: route(api.segments.list, {
    access: 'viewer',
    summary: 'List segments with the breakers that name them',
    answer: segmentListSchema,
  }),
  create: route(api.segments.create, {
    access: 'operator',
    summary: 'Create a segment',
    status: 201,
    body: createSegmentSchema,
    answer: changedSegmentSchema,
  }),
  read: route(api.segments.read, {
    access: 'viewer',
    summary: 'Read a segment',
    answer: segmentInfoSchema,
  }),
  edit: route(api.segments.edit, {
    access: 'operator',
    summary: 'Edit a segment, with If-Match; every breaker that names it changes at once',
    guarded: true,
    body: editSegmentSchema,
    answer: changedSegmentSchema,
  }),
  remove: route(api.segments.remove, {
    access: 'operator',
    summary: 'Remove a segment that no rule names',
    body: removeSegmentSchema,
    answer: changedSchema,
  }),
};

export type CreateSegment = z.infer<typeof createSegmentSchema>;
export type EditSegment = z.infer<typeof editSegmentSchema>;
export type RemoveSegment = z.infer<typeof removeSegmentSchema>;
export type SegmentInfo = z.infer<typeof segmentInfoSchema>;
export type SegmentList = z.infer<typeof segmentListSchema>;
export type ChangedSegment = z.infer<typeof changedSegmentSchema>;
