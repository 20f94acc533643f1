import { z } from 'zod';
import { millisSchema } from '../state.js';
import { api } from './api.js';
import { nameSchema as name, reasonSchema } from './fields.js';
import { route } from './route.js';

export const createKeySchema = z.strictObject({ name });

export const revokeKeySchema = z.strictObject({ reason: reasonSchema });

export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** First characters, to recognise it by. */
  prefix: z.string(),
  createdBy: z.string(),
  createdAt: millisSchema,
  lastUsedAt: millisSchema.nullable(),
  revokedAt: millisSchema.nullable(),
});

/** POST E/keys: `key` is shown this once. */
export const createdKeySchema = z.object({ key: z.string(), record: apiKeySchema });

/** SDK keys of an environment. */
export const keyRoutes = {
  list: route(api.keys.list, {
    access: 'admin',
    summary: 'List SDK keys',
    answer: z.array(apiKeySchema),
  }),
  create: route(api.keys.create, {
    access: 'admin',
    summary: 'Create an SDK key; it is shown this once',
    status: 201,
    body: createKeySchema,
    answer: createdKeySchema,
  }),
  revoke: route(api.keys.revoke, {
    access: 'admin',
    summary: 'End a key for good; its connections are closed',
    body: revokeKeySchema,
    answer: apiKeySchema,
  }),
};

export type CreateKey = z.infer<typeof createKeySchema>;
export type RevokeKey = z.infer<typeof revokeKeySchema>;
export type ApiKey = z.infer<typeof apiKeySchema>;
export type CreatedKey = z.infer<typeof createdKeySchema>;
