import { ADMISSION_ALL } from '@recloser/core';
import { z } from 'zod';
import {
  admissionSchema,
  breakerKeySchema,
  environmentKindSchema,
  modeSchema,
  policySchema,
  roleSchema,
  rulesSchema,
  partitionSchema,
  stateKindSchema,
} from './domain.js';
import { ownFieldCodes } from './field-codes.js';
import { LIMITS } from './limits.js';
import { millisSchema } from './state.js';

/** Why a person does it. Kept in the audit log. */
export const reasonSchema = z.string().trim().min(1).max(LIMITS.reasonLength);
const name = z.string().trim().min(1).max(LIMITS.nameLength);
const slug = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'lower-case letters, digits and inner dashes only');
const version = z.int().min(0);
const cursor = z.string().min(1).max(500).optional();
const limit = z.coerce.number().int().min(1).max(LIMITS.pageSize).default(50);
const time = z.coerce.number().int().min(0);
const list = <T extends z.ZodType<string, string>>(item: T) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item).max(50));

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
  state: list(stateKindSchema).optional(),
  mode: list(modeSchema).optional(),
  tag: list(name).optional(),
  owner: z.string().max(LIMITS.nameLength).optional(),
  /** Part of the key or the name, in any case. */
  q: z.string().max(LIMITS.breakerKeyLength).optional(),
  cursor,
  limit,
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

const acting = {
  reason: reasonSchema,
  /** The state version that the person saw, with a scope that of its own state; when it has changed since, nothing is done (version_conflict). */
  expectedVersion: version.optional(),
  /** Only this part of the fleet; without one the whole fleet. */
  scope: partitionSchema.optional(),
};
const until = millisSchema.nullable().optional();

export const tripSchema = z.strictObject({
  ...acting,
  until,
  /** Those that a rule admits still pass; by default nobody does. */
  keepsRules: z.boolean().optional(),
});
/** POST E/breakers/:key/dim. */
export const dimSchema = z.strictObject({ ...acting, admission: admissionSchema, until });
export const restoreSchema = z.strictObject(acting);
export const setModeSchema = z.strictObject({ ...acting, mode: modeSchema, until });

export const RAMP_ACTIONS = [
  'start',
  'hold',
  'resume',
  'next',
  'back',
  'set',
  'abort',
  'finish',
] as const;
export type RampAction = (typeof RAMP_ACTIONS)[number];

const plainRampActions = ['start', 'resume', 'next', 'back', 'abort', 'finish'] as const;

/** POST E/breakers/:key/ramp. */
export const rampSchema = z.discriminatedUnion('action', [
  z.strictObject({ ...acting, action: z.enum(plainRampActions) }),
  z.strictObject({ ...acting, action: z.literal('hold'), until }),
  z.strictObject({
    ...acting,
    action: z.literal('set'),
    admission: admissionSchema.meta({
      description: `0…${ADMISSION_ALL}, where ${ADMISSION_ALL} admits all`,
    }),
  }),
]);

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

/** GET E/breakers/:key/series. Milliseconds since the epoch; `step` in seconds. Default: the last 15 minutes. */
export const seriesQuerySchema = z.object({
  from: time.optional(),
  to: time.optional(),
  step: z.coerce.number().int().min(1).max(3_600).optional(),
});

/** GET E/audit, and /v1/audit for what belongs to no environment. */
export const auditQuerySchema = z.object({
  breaker: z.string().max(LIMITS.breakerKeyLength).optional(),
  /** Part of the actor's name or the whole id. */
  actor: z.string().max(LIMITS.nameLength).optional(),
  /** One action, e.g. "breaker.trip", or its first part: "breaker". */
  action: z.string().max(LIMITS.nameLength).optional(),
  from: time.optional(),
  to: time.optional(),
  /** Whether the events of failed probe rounds stand in the list, or are counted in the event before them. */
  probeRounds: z.enum(['list', 'fold']).default('list'),
  cursor,
  limit,
});
export const auditExportQuerySchema = auditQuerySchema
  .omit({ cursor: true, limit: true, probeRounds: true })
  .extend({ format: z.enum(['jsonl', 'csv']).default('jsonl') });

export const instancesQuerySchema = z.object({
  service: z.string().max(LIMITS.nameLength).optional(),
  /** Those that have gone, too. */
  gone: z.stringbool().default(false),
  /** Part of the instance's id, service, zone or region, in any case. */
  q: z.string().max(LIMITS.nameLength).optional(),
  cursor,
  limit,
});

export const createKeySchema = z.strictObject({ name });
export const revokeKeySchema = z.strictObject({ reason: reasonSchema });

export const createPersonSchema = z.strictObject({
  email: z.email().max(254),
  name,
  role: roleSchema,
  /** Without one, one is made and shown once. */
  password: z.string().min(10).max(128).optional(),
});
export const setRoleSchema = z.strictObject({ role: roleSchema });
export const removePersonSchema = z.strictObject({ reason: reasonSchema.optional() });

export const createProjectSchema = z.strictObject({ key: slug, name });
export const createEnvironmentSchema = z.strictObject({
  key: slug,
  name,
  kind: environmentKindSchema,
});

export type ListBreakersQuery = z.infer<typeof listBreakersQuerySchema>;
export type CreateBreaker = z.infer<typeof createBreakerSchema>;
export type EditBreaker = z.infer<typeof editBreakerSchema>;
export type ArchiveBreaker = z.infer<typeof archiveBreakerSchema>;
export type TripRequest = z.infer<typeof tripSchema>;
export type DimRequest = z.infer<typeof dimSchema>;
export type RestoreRequest = z.infer<typeof restoreSchema>;
export type SetModeRequest = z.infer<typeof setModeSchema>;
export type RampRequest = z.infer<typeof rampSchema>;
export type TryRequest = z.infer<typeof trySchema>;
export type SeriesQuery = z.infer<typeof seriesQuerySchema>;
export type AuditQuery = z.infer<typeof auditQuerySchema>;
export type AuditExportQuery = z.infer<typeof auditExportQuerySchema>;
export type InstancesQuery = z.infer<typeof instancesQuerySchema>;
export type CreateKey = z.infer<typeof createKeySchema>;
export type RevokeKey = z.infer<typeof revokeKeySchema>;
export type CreatePerson = z.infer<typeof createPersonSchema>;
export type SetRole = z.infer<typeof setRoleSchema>;
export type RemovePerson = z.infer<typeof removePersonSchema>;
export type CreateProject = z.infer<typeof createProjectSchema>;
export type CreateEnvironment = z.infer<typeof createEnvironmentSchema>;
