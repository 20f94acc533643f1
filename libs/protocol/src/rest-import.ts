import { DEFAULT_POLICY, upgradePolicy } from '@recloser/core';
import { z } from 'zod';
import { breakerKeySchema, policySchema, rulesSchema, segmentClauseSchema } from './domain.js';
import { LIMITS } from './limits.js';
import { settingsDocumentSchema } from './rest-environment-settings.js';
import { reasonSchema } from './rest-requests.js';

const name = z.string().trim().min(1).max(LIMITS.nameLength);

/** Numbers of a policy that are left out take the default's. */
const policy = z.preprocess(
  (given) => overDefaults(upgradePolicy(given), DEFAULT_POLICY),
  policySchema,
);

function overDefaults(given: unknown, defaults: unknown): unknown {
  if (!isPlain(given) || !isPlain(defaults)) return given;
  const merged = Object.keys(defaults).map((key) => [
    key,
    Object.hasOwn(given, key) ? overDefaults(given[key], defaults[key]) : defaults[key],
  ]);
  return { ...given, ...Object.fromEntries(merged) };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One breaker of a document; what is left out stays as it is, or takes the default when it is made. */
const breaker = z
  .strictObject({
    name,
    description: z.string().max(LIMITS.reasonLength),
    owner: z.string().trim().max(LIMITS.nameLength),
    tags: z.array(name).max(LIMITS.tagsPerBreaker),
    cohortKey: name,
    group: name.nullable(),
    policy,
    rules: rulesSchema,
  })
  .partial();

const segment = z.strictObject({
  name: name.optional(),
  description: z.string().max(LIMITS.reasonLength).optional(),
  clauses: z.array(segmentClauseSchema).max(LIMITS.clausesPerRule),
});

/** Settings by name, as a Map: `__proto__` is a name like any other, and a plain object would lose it. */
const named = <Value extends z.ZodType>(key: z.ZodType<string>, value: Value) =>
  z
    .preprocess(
      (given) => (isPlain(given) ? new Map(Object.entries(given)) : given),
      z.map(key, value, 'must be a map of names'),
    )
    .default(new Map());

/** An environment as one file: settings, never states or secrets. */
export const environmentDocumentSchema = z.strictObject({
  /** Version of this format. */
  recloser: z.literal(1),
  settings: settingsDocumentSchema.optional(),
  segments: named(z.string(), segment),
  breakers: named(breakerKeySchema, breaker),
});

/** POST E/import?dryRun. */
export const importQuerySchema = z.object({ dryRun: z.stringbool().default(false) });
export const importSchema = z.strictObject({
  /** The file's text, at most LIMITS.documentBytes. */
  document: z.string().min(1),
  reason: reasonSchema,
});

export const IMPORT_STATUSES = ['created', 'changed', 'same', 'only_here'] as const;

/** What an import does, or would do, to one breaker or segment, or to the environment's own settings. `only_here`: not in the file, and left alone. */
export const importItemSchema = z.object({
  kind: z.enum(['breaker', 'segment', 'settings']),
  key: z.string(),
  status: z.enum(IMPORT_STATUSES),
  /** Field by field: `policy.fast.failureRate`, `rules.staff`. */
  changes: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
  /** What is allowed, and probably not meant; absent: nothing. */
  warnings: z.array(z.string()).exactOptional(),
});

export const importResultSchema = z.object({
  dryRun: z.boolean(),
  items: z.array(importItemSchema),
});

export type EnvironmentDocument = z.infer<typeof environmentDocumentSchema>;
export type ImportQuery = z.infer<typeof importQuerySchema>;
export type ImportRequest = z.infer<typeof importSchema>;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];
export type ImportItem = z.infer<typeof importItemSchema>;
export type ImportResult = z.infer<typeof importResultSchema>;
