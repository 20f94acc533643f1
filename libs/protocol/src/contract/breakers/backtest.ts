import { z } from 'zod';
import { policySchema, transitionCauseSchema } from '../../domain.js';
import { millisSchema } from '../../state.js';
import { countSchema as count } from '../fields.js';

/** POST E/breakers/:key/backtest. Default: the last seven days; 30 at most. */
export const backtestSchema = z.strictObject({
  policy: policySchema,
  from: millisSchema.optional(),
  to: millisSchema.optional(),
});

const span = z.object({ from: millisSchema, to: millisSchema });

/** What one policy would have done. Approximate, and rather too many trips than too few. */
export const backtestOutcomeSchema = z.object({
  /** The first 200, in order. */
  trips: z.array(
    z.object({
      at: millisSchema,
      cause: transitionCauseSchema,
      summary: z.string(),
      /** About when it would have been closed again; null: not known. */
      closedAt: millisSchema.nullable(),
    }),
  ),
  tripCount: count,
});

export const backtestResultSchema = z.object({
  from: millisSchema,
  to: millisSchema,
  /** Stored spans that were looked at. */
  spans: count,
  calls: count,
  failures: count,
  /** While the breaker was not closed nobody knows what a policy would have done. */
  unknown: z.array(span),
  /** With the policy that was given, and with the one that is saved. */
  proposed: backtestOutcomeSchema,
  current: backtestOutcomeSchema,
});

export type BacktestRequest = z.infer<typeof backtestSchema>;
export type BacktestOutcome = z.infer<typeof backtestOutcomeSchema>;
export type BacktestAnswer = z.infer<typeof backtestResultSchema>;
