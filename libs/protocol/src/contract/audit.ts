import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { millisSchema, transitionEvidenceSchema } from '../state.js';
import { api } from './api.js';
import { countSchema as count, pageQuery, queryTimeSchema, seqSchema as seq } from './fields.js';
import { route } from './route.js';

/** GET E/audit, and /v1/audit for what belongs to no environment. */
export const auditQuerySchema = z.object({
  breaker: z.string().max(LIMITS.breakerKeyLength).optional(),
  /** Part of the actor's name or the whole id. */
  actor: z.string().max(LIMITS.nameLength).optional(),
  /** One action, e.g. "breaker.trip", or its first part: "breaker". */
  action: z.string().max(LIMITS.nameLength).optional(),
  from: queryTimeSchema.optional(),
  to: queryTimeSchema.optional(),
  /** Whether the events of failed probe rounds stand in the list, or are counted in the event before them. */
  probeRounds: z.enum(['list', 'fold']).default('list'),
  ...pageQuery,
});

export const auditExportQuerySchema = auditQuerySchema
  .omit({ cursor: true, limit: true, probeRounds: true })
  .extend({ format: z.enum(['jsonl', 'csv']).default('jsonl') });

export const ACTOR_KINDS = ['user', 'token', 'trigger', 'system', 'sdk', 'schedule'] as const;

export type ActorKind = (typeof ACTOR_KINDS)[number];

export const actorSchema = z.object({
  kind: z.enum(ACTOR_KINDS),
  id: z.string().nullable(),
  name: z.string(),
});

/** Failed probe rounds that a list folds into the event before them. */
const foldedRoundsSchema = z.object({
  /** At most LIMITS.foldedRounds. */
  count: z.int().min(1),
  firstAt: millisSchema,
  lastAt: millisSchema,
});

export const auditEntrySchema = z.object({
  id: z.string(),
  /** An environment's id, or "system". */
  chain: z.string(),
  chainSeq: seq,
  environmentId: z.string().nullable(),
  breaker: z.string().nullable(),
  at: millisSchema,
  actor: actorSchema,
  /** E.g. "breaker.trip", "ramp.next", "policy.edit", "transition.fast_window". */
  action: z.string(),
  reason: z.string(),
  seq: seq.nullable(),
  before: z.unknown(),
  after: z.unknown(),
  evidence: transitionEvidenceSchema.nullable(),
  /** Names the outage that the event belongs to, the same in all of its events; null: none. */
  outageId: z.string().nullable().default(null),
  /** When that outage began; null: none. */
  outageStartedAt: millisSchema.nullable().default(null),
  /** With `probeRounds=fold`: the failed probe rounds between this event and the breaker's next one; absent: none. */
  foldedRounds: foldedRoundsSchema.exactOptional(),
  /** SHA-256, hexadecimal. */
  hash: z.string(),
  prevHash: z.string(),
});

export const auditPageSchema = z.object({
  items: z.array(auditEntrySchema),
  nextCursor: z.string().nullable(),
});

/** GET E/audit/verify */
export const auditVerificationSchema = z.object({
  ok: z.boolean(),
  checked: count,
  /** Hash of the last event, hexadecimal; '' for an empty chain. */
  head: z.string(),
  firstBad: z.object({ id: z.string(), chainSeq: seq, problem: z.string() }).optional(),
});

const files = ['application/jsonl', 'text/csv'];

/** Who changed what, why, and on what evidence. */
export const auditRoutes = {
  list: route(api.audit.list, {
    access: 'viewer',
    summary: 'List audit events, the newest first',
    query: auditQuerySchema,
    answer: auditPageSchema,
  }),
  export: route(api.audit.export, {
    access: 'viewer',
    summary: 'All events that match, the oldest first, as JSON lines or CSV',
    query: auditExportQuerySchema,
    files,
  }),
  verify: route(api.audit.verify, {
    access: 'viewer',
    summary: 'Read the whole hash chain and check every link',
    answer: auditVerificationSchema,
  }),
  read: route(api.audit.read, {
    access: 'viewer',
    summary: 'One audit event',
    answer: auditEntrySchema,
  }),
};

/** What belongs to no environment: sign-ins, people, projects, SDK keys. */
export const systemAuditRoutes = {
  list: route(api.systemAudit.list, {
    access: 'admin',
    summary: 'List events of sign-ins, people, projects and SDK keys, the newest first',
    query: auditQuerySchema,
    answer: auditPageSchema,
  }),
  export: route(api.systemAudit.export, {
    access: 'admin',
    summary: 'All of these events that match, the oldest first, as JSON lines or CSV',
    query: auditExportQuerySchema,
    files,
  }),
  verify: route(api.systemAudit.verify, {
    access: 'admin',
    summary: 'Check the hash chain of these events',
    answer: auditVerificationSchema,
  }),
  read: route(api.systemAudit.read, {
    access: 'admin',
    summary: 'One of these events',
    answer: auditEntrySchema,
  }),
};

export type AuditQuery = z.infer<typeof auditQuerySchema>;
export type AuditExportQuery = z.infer<typeof auditExportQuerySchema>;
export type Actor = z.infer<typeof actorSchema>;
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type AuditPage = z.infer<typeof auditPageSchema>;
export type AuditVerification = z.infer<typeof auditVerificationSchema>;
