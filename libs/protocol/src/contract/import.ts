import { DEFAULT_POLICY, upgradePolicy } from '@recloser/core';
import { z } from 'zod';
import { breakerKeySchema, policySchema, rulesSchema, segmentClauseSchema } from '../domain.js';
import { LIMITS } from '../limits.js';
import { api } from './api.js';
import { settingsDocumentSchema } from './environment-settings.js';
import { nameSchema as name, reasonSchema } from './fields.js';
import { route } from './route.js';
import { scheduleKeySchema, schedulePlanSchema } from './schedules.js';

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

const schedule = z.strictObject({
  name: name.optional(),
  description: z.string().max(LIMITS.reasonLength).optional(),
  plan: schedulePlanSchema,
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
  schedules: named(scheduleKeySchema, schedule),
  breakers: named(breakerKeySchema, breaker),
});

type Json = Readonly<Record<string, unknown>>;

const jsonOf = (schema: z.ZodType): Json => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
  });
  return json;
};

/**
 * A part of a schema as editors need it: no other members than those that are named, and no patterns that only some of them
 * can read. `sparse`: every member may be left out, however deep.
 */
function forEditors(value: unknown, sparse = false): unknown {
  if (Array.isArray(value)) return value.map((part) => forEditors(part, sparse));
  if (!isPlain(value)) return value;
  const { required, pattern, ...rest } = value;
  return {
    ...Object.fromEntries(
      Object.entries(rest).map(([name, part]) => [name, forEditors(part, sparse)]),
    ),
    ...(required === undefined || sparse ? {} : { required }),
    ...(typeof pattern === 'string' && !pattern.includes('\\p{') ? { pattern } : {}),
    ...('properties' in rest ? { additionalProperties: false } : {}),
  };
}

const byName = (one: Json): Json => ({
  type: 'object',
  additionalProperties: forEditors(one),
});

/** `environmentDocumentSchema` as JSON Schema, for editors. */
export function environmentDocumentJsonSchema(): Json {
  const { properties, ...breakerJson } = jsonOf(breaker);
  const members = { ...(properties as Json), policy: forEditors(jsonOf(policySchema), true) };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'An environment of Recloser',
    type: 'object',
    required: ['recloser'],
    additionalProperties: false,
    properties: {
      recloser: { const: 1, description: 'Version of this format.' },
      settings: forEditors(jsonOf(settingsDocumentSchema)),
      segments: byName(jsonOf(segment)),
      schedules: byName(jsonOf(schedule)),
      breakers: byName({ ...breakerJson, properties: members }),
    },
  };
}

/** POST E/import?dryRun&prune. */
export const importQuerySchema = z.object({
  dryRun: z.stringbool().default(false),
  /** In each section that the file has, what it does not name is archived or removed. */
  prune: z.stringbool().default(false),
});
export const importSchema = z.strictObject({
  /** The file's text, at most LIMITS.documentBytes. */
  document: z.string().min(1),
  /** The `stamp` of a dry run: if anything was edited since, nothing is done (version_conflict). */
  stamp: z.string().max(64).optional(),
  reason: reasonSchema,
});

export const IMPORT_STATUSES = [
  'created',
  'changed',
  'same',
  'only_here',
  'archived',
  'removed',
] as const;

/**
 * What an import does, or would do, to one breaker, segment or schedule, or to the environment's own settings. What the file
 * does not name is `only_here` and left alone; with `prune` breakers are `archived`, in every environment of the project, and
 * the rest is `removed`.
 */
export const importItemSchema = z.object({
  kind: z.enum(['breaker', 'segment', 'schedule', 'settings']),
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
  /** Of the settings that the plan was made from. An older server does not say. */
  stamp: z.string().default(''),
});

/** An environment's settings as one file. */
export const fileRoutes = {
  export: route(api.files.export, {
    access: 'viewer',
    summary: 'The settings of all breakers, segments and schedules as YAML; no states, no secrets',
    files: ['application/yaml'],
  }),
  import: route(api.files.import, {
    access: 'admin',
    summary:
      'Create and change what a file says, and with prune archive what it does not name, all or nothing; with dryRun only say what it would do',
    query: importQuerySchema,
    body: importSchema,
    refuses: [
      'invalid_document',
      'invalid_policy',
      'invalid_rules',
      'invalid_segment',
      'invalid_breaker_key',
      'invalid_segment_key',
    ],
    answer: importResultSchema,
  }),
};

export type EnvironmentDocument = z.infer<typeof environmentDocumentSchema>;
export type ImportQuery = z.infer<typeof importQuerySchema>;
export type ImportRequest = z.infer<typeof importSchema>;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];
export type ImportItem = z.infer<typeof importItemSchema>;
export type ImportResult = z.infer<typeof importResultSchema>;
