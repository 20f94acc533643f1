import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { millisSchema } from '../state.js';
import { api } from './api.js';
import { countSchema as count, pageQuery, seqSchema as seq } from './fields.js';
import { route } from './route.js';

export const instancesQuerySchema = z.object({
  service: z.string().max(LIMITS.nameLength).optional(),
  /** Those that have gone, too. */
  gone: z.stringbool().default(false),
  /** Part of the instance's id, service, zone or region, in any case. */
  q: z.string().max(LIMITS.nameLength).optional(),
  ...pageQuery,
});

export const instanceRowSchema = z.object({
  instanceId: z.string(),
  service: z.string(),
  zone: z.string().nullable(),
  region: z.string().nullable(),
  sdk: z.string(),
  ackedSeq: seq,
  /** How many changes it is behind the environment. */
  behind: count,
  /** Longest recent stall of its event loop, ms. */
  lagMs: count,
  connectedAt: millisSchema,
  lastSeenAt: millisSchema,
  /** null: connected. */
  disconnectedAt: millisSchema.nullable(),
  /** The SDK key that it came with; null: of a server that did not tell. */
  keyId: z.string().nullable(),
  keyName: z.string().nullable(),
});

export const instancePageSchema = z.object({
  items: z.array(instanceRowSchema),
  nextCursor: z.string().nullable(),
  seq,
});

/** A service that is connected, or has called a breaker within the last week. */
export const serviceRowSchema = z.object({
  service: z.string(),
  /** How many of its instances are connected. */
  instances: count,
  /** Keys of the breakers that it has called. */
  breakers: z.array(z.string()),
  /** When it called one last, to ten minutes; null: within the last week it has not. */
  lastUsedAt: millisSchema.nullable(),
});

/** GET E/services */
export const serviceListSchema = z.object({
  items: z.array(serviceRowSchema),
  /** False: there are more uses than LIMITS.usesPerList, and the oldest ones are left out. */
  complete: z.boolean(),
});

/** Connected SDKs and what they have applied. */
export const instanceRoutes = {
  list: route(api.instances.list, {
    access: 'viewer',
    summary: 'List instances',
    query: instancesQuerySchema,
    answer: instancePageSchema,
  }),
  services: route(api.instances.services, {
    access: 'viewer',
    summary: 'List services, and which breakers each has called within the last week',
    answer: serviceListSchema,
  }),
};

export type InstancesQuery = z.infer<typeof instancesQuerySchema>;
export type InstanceRow = z.infer<typeof instanceRowSchema>;
export type InstancePage = z.infer<typeof instancePageSchema>;
export type ServiceRow = z.infer<typeof serviceRowSchema>;
export type ServiceList = z.infer<typeof serviceListSchema>;
