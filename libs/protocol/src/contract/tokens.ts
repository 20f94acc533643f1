import { z } from 'zod';
import { roleSchema } from '../domain.js';
import { ownFieldCodes } from '../field-codes.js';
import { millisSchema } from '../state.js';
import { api } from './api.js';
import { nameSchema, reasonSchema } from './fields.js';
import { route } from './route.js';

const key = z.string().min(1).max(64);

/** POST /v1/tokens. */
export const createTokenSchema = z
  .strictObject({
    name: nameSchema,
    role: roleSchema,
    /** Only this project; left out or null: all projects. */
    project: key.nullable().optional(),
    /** Only this environment of `project`; left out or null: all of its environments. */
    environment: key.nullable().optional(),
    /** When it ends; null: never. Left out: LIMITS.tokenDays after it was made. */
    expiresAt: millisSchema.nullable().optional(),
  })
  .refine(({ project = null, environment = null }) => environment === null || project !== null, {
    path: ['project'],
    message: 'name the project of the environment',
  })
  .register(ownFieldCodes, { expiresAt: 'invalid_time' });

/** POST /v1/tokens/:id/revoke. */
export const revokeTokenSchema = z.strictObject({ reason: reasonSchema });

/** Where a token works; null: everywhere. */
const limits = {
  project: z.string().nullable(),
  environment: z.string().nullable(),
};

/** GET /v1/tokens answers an array of these, the newest first, revoked ones too. */
export const apiTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** First characters, to recognise it by. */
  prefix: z.string(),
  role: roleSchema,
  ...limits,
  createdBy: z.string(),
  createdAt: millisSchema,
  expiresAt: millisSchema.nullable(),
  lastUsedAt: millisSchema.nullable(),
  revokedAt: millisSchema.nullable(),
});

/** POST /v1/tokens: `token` is shown this once. */
export const createdTokenSchema = z.object({ token: z.string(), record: apiTokenSchema });

/** What GET /v1/me says of the token that asks. */
export const ownTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  ...limits,
  expiresAt: millisSchema.nullable(),
});

/** API tokens: what programs send instead of a session. */
export const tokenRoutes = {
  list: route(api.tokens.list, {
    access: 'admin',
    summary: 'List API tokens',
    answer: z.array(apiTokenSchema),
  }),
  create: route(api.tokens.create, {
    access: 'admin',
    summary: 'Create an API token; it is shown this once',
    status: 201,
    body: createTokenSchema,
    answer: createdTokenSchema,
    refuses: ['unknown_project', 'unknown_environment'],
  }),
  revoke: route(api.tokens.revoke, {
    access: 'admin',
    summary: 'End an API token for good, from its next request on',
    body: revokeTokenSchema,
    answer: apiTokenSchema,
  }),
};

export type CreateToken = z.infer<typeof createTokenSchema>;
export type RevokeToken = z.infer<typeof revokeTokenSchema>;
export type ApiToken = z.infer<typeof apiTokenSchema>;
export type CreatedToken = z.infer<typeof createdTokenSchema>;
export type OwnToken = z.infer<typeof ownTokenSchema>;
