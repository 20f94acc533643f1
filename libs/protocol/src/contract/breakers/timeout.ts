import { z } from 'zod';
import { countSchema as count } from '../fields.js';

/** GET E/breakers/:key/timeout. `falseRate`: the share of calls that may be cut off although they would succeed. */
export const timeoutQuerySchema = z.object({
  falseRate: z.coerce.number().min(0.0001).max(0.05).default(0.001),
});

export const timeoutSuggestionSchema = z.object({
  falseRate: z.number(),
  /** The (1 − falseRate) percentile, ms, at most 9.1% above the true one; null: too few calls are known. */
  timeoutMs: count.nullable(),
  /** More calls than `falseRate` met the timeout of then: how long they would have taken is not known. */
  cutOff: z.boolean(),
  /** Sampled calls, and how many are needed at this rate. */
  samples: count,
  samplesNeeded: count,
  /** Healthy hours of the last week: closed throughout, at most 1% failed. */
  hours: count,
  calls: count,
  timeouts: count,
  /** How many samples took up to `upToMs`, and longer than the one before; ascending. */
  histogram: z.array(z.object({ upToMs: z.number(), samples: count })),
});

export type TimeoutQuery = z.infer<typeof timeoutQuerySchema>;
export type TimeoutSuggestionInfo = z.infer<typeof timeoutSuggestionSchema>;
