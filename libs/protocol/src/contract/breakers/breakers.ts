import { z } from 'zod';
import {
  breakerKeySchema,
  modeSchema,
  policySchema,
  rulesSchema,
  stateKindSchema,
} from '../../domain.js';
import { ownFieldCodes } from '../../field-codes.js';
import { LIMITS } from '../../limits.js';
import { api } from '../api.js';
import {
  changedSchema,
  commaSeparated,
  nameSchema as name,
  pageQuery,
  reasonSchema,
} from '../fields.js';
import { route } from '../route.js';
import { backtestResultSchema, backtestSchema } from './backtest.js';
import {
  breakerDetailSchema,
  breakerPageSchema,
  changedBreakerSchema,
  convergenceSchema,
} from './breaker.js';
import { keyEndingsSchema } from './cohort-keys.js';
import { commandRoutes } from './commands.js';
import { seriesQuerySchema, seriesSchema } from './series.js';
import { splitSchema } from './split.js';
import { timeoutQuerySchema, timeoutSuggestionSchema } from './timeout.js';
import { tryResultSchema, trySchema } from './try.js';

const meta = {
  name,
  description: z.string().max(LIMITS.reasonLength),
  owner: z.string().trim().max(LIMITS.nameLength),
  tags: z.array(name).max(LIMITS.tagsPerBreaker),
  cohortKey: z.string().trim().min(1).max(LIMITS.nameLength),
  /** Breakers of a group let in the same accounts; null: of its own. */
  group: name.nullable(),
  policy: policySchema,
  rules: rulesSchema,
};

/** GET E/breakers. `state` and `tag` take comma-separated lists; every filter given must hold. */
export const listBreakersQuerySchema = z.object({
  state: commaSeparated(stateKindSchema).optional(),
  mode: commaSeparated(modeSchema).optional(),
  tag: commaSeparated(name).optional(),
  owner: z.string().max(LIMITS.nameLength).optional(),
  /** Part of the key or the name, in any case. */
  q: z.string().max(LIMITS.breakerKeyLength).optional(),
  ...pageQuery,
});

/** POST E/breakers. What is left out takes the default. */
export const createBreakerSchema = z
  .strictObject({ ...meta, mode: modeSchema })
  .partial()
  .extend({ key: breakerKeySchema, reason: reasonSchema })
  .register(ownFieldCodes, { key: 'invalid_breaker_key' });

/** PATCH E/breakers/:key with If-Match. Only what is given changes; state and counts stay as they are. */
export const editBreakerSchema = z.strictObject(meta).partial().extend({ reason: reasonSchema });

export const archiveBreakerSchema = z.strictObject({ reason: reasonSchema });

export const breakerRoutes = {
  list: route(api.breakers.list, {
    access: 'viewer',
    summary: 'List breakers',
    query: listBreakersQuerySchema,
    answer: breakerPageSchema,
  }),
  create: route(api.breakers.create, {
    access: 'operator',
    summary: 'Create a breaker in every environment of the project',
    status: 201,
    body: createBreakerSchema,
    answer: changedBreakerSchema,
  }),
  read: route(api.breakers.read, {
    access: 'viewer',
    summary: 'Read a breaker',
    answer: breakerDetailSchema,
  }),
  edit: route(api.breakers.edit, {
    access: 'operator',
    summary: 'Edit settings, with If-Match; state and counts stay',
    guarded: true,
    body: editBreakerSchema,
    answer: changedBreakerSchema,
  }),
  archive: route(api.breakers.archive, {
    access: 'admin',
    summary:
      'Take a breaker out of every environment of the project; SDKs then admit all its calls',
    body: archiveBreakerSchema,
    answer: changedSchema,
  }),
  ...commandRoutes,
  try: route(api.breakers.try, {
    access: 'viewer',
    summary: 'What every SDK decides for this context now',
    // In the body and not in the address: account ids stand in no URL and no log.
    body: trySchema,
    answer: tryResultSchema,
  }),
  series: route(api.breakers.series, {
    access: 'viewer',
    summary: 'Counts over time, and the transitions in it',
    query: seriesQuerySchema,
    answer: seriesSchema,
  }),
  backtest: route(api.breakers.backtest, {
    access: 'viewer',
    summary: 'When a policy would have opened the breaker, from stored counts; approximate',
    body: backtestSchema,
    answer: backtestResultSchema,
  }),
  cohortKeys: route(api.breakers.cohortKeys, {
    access: 'viewer',
    summary: 'How the cohort keys end that rules and segments of the environment name',
    answer: keyEndingsSchema,
  }),
  timeout: route(api.breakers.timeout, {
    access: 'viewer',
    summary: 'The timeout that the latencies of healthy hours suggest, with their histogram',
    query: timeoutQuerySchema,
    answer: timeoutSuggestionSchema,
  }),
  convergence: route(api.breakers.convergence, {
    access: 'viewer',
    summary: 'How many instances have applied the breaker’s last change, and who has not',
    answer: convergenceSchema,
  }),
  split: route(api.breakers.split, {
    access: 'viewer',
    summary: 'The last ten seconds by instance, of those connected to the node asked',
    answer: splitSchema,
  }),
};

export type ListBreakersQuery = z.infer<typeof listBreakersQuerySchema>;
export type CreateBreaker = z.infer<typeof createBreakerSchema>;
export type EditBreaker = z.infer<typeof editBreakerSchema>;
export type ArchiveBreaker = z.infer<typeof archiveBreakerSchema>;
