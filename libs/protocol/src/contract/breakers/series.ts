import { z } from 'zod';
import { admissionSchema, stateKindSchema } from '../../domain.js';
import { millisSchema } from '../../state.js';
import { countSchema as count, queryTimeSchema, seqSchema } from '../fields.js';

/** GET E/breakers/:key/series. Milliseconds since the epoch; `step` in seconds. Default: the last 15 minutes. */
export const seriesQuerySchema = z.object({
  from: queryTimeSchema.optional(),
  to: queryTimeSchema.optional(),
  step: z.coerce.number().int().min(1).max(3_600).optional(),
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
  seq: seqSchema,
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

export type SeriesQuery = z.infer<typeof seriesQuerySchema>;
export type SeriesPoint = z.infer<typeof seriesPointSchema>;
export type SeriesTransition = z.infer<typeof seriesTransitionSchema>;
export type Series = z.infer<typeof seriesSchema>;
