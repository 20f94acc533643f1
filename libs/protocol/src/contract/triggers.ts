import { ADMISSION_ALL, ADMISSION_NONE, TRIGGER_ACTIONS } from '@recloser/core';
import { z } from 'zod';
import { admissionSchema, breakerKeySchema } from '../domain.js';
import { ownFieldCodes } from '../field-codes.js';
import { LIMITS } from '../limits.js';
import { millisSchema } from '../state.js';
import { api } from './api.js';
import { nameSchema, reasonSchema } from './fields.js';
import { route } from './route.js';

export const triggerActionSchema = z.enum(TRIGGER_ACTIONS);

const isPart = (admission: number): boolean =>
  admission > ADMISSION_NONE && admission < ADMISSION_ALL;

/** POST E/triggers. */
export const createTriggerSchema = z
  .strictObject({
    name: nameSchema,
    breaker: breakerKeySchema,
    action: triggerActionSchema,
    /** For `dim` alone: above 0 and below 2³². */
    admission: admissionSchema.optional(),
    /** After this, what a call has done ends by itself, ms. */
    durationMs: z.int().min(LIMITS.triggerMinMs).max(LIMITS.triggerMaxMs),
  })
  .refine(
    ({ action, admission }) =>
      action === 'dim' ? admission !== undefined && isPart(admission) : admission === undefined,
    {
      path: ['admission'],
      message: `dim needs an admission above 0 and below ${ADMISSION_ALL}; open and hold take none`,
    },
  )
  .register(ownFieldCodes, { breaker: 'invalid_breaker_key', durationMs: 'invalid_time' });

/** POST E/triggers/:id/revoke. */
export const revokeTriggerSchema = z.strictObject({ reason: reasonSchema });

/** GET E/triggers answers an array of these, the newest first, revoked ones too. */
export const triggerInfoSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** First characters of its secret, to recognise it by. */
  prefix: z.string(),
  breaker: z.string(),
  /** Its breaker was archived, so that it does nothing. */
  archived: z.boolean(),
  action: triggerActionSchema,
  /** null: it does not dim. */
  admission: admissionSchema.nullable(),
  durationMs: z.int().min(0),
  createdBy: z.string(),
  createdAt: millisSchema,
  lastUsedAt: millisSchema.nullable(),
  revokedAt: millisSchema.nullable(),
});

/** POST E/triggers: `path`, which holds the secret, is shown this once. */
export const createdTriggerSchema = z.object({ path: z.string(), record: triggerInfoSchema });

/** POST /v1/triggers/:secret. */
export const triggerAnswerSchema = z.object({
  result: z.enum(['acted', 'extended', 'nothing']),
  /** In words. */
  detail: z.string(),
});

/** Secret URLs of an environment that monitoring systems call. */
export const triggerRoutes = {
  list: route(api.triggers.list, {
    access: 'admin',
    summary: 'List triggers',
    answer: z.array(triggerInfoSchema),
  }),
  create: route(api.triggers.create, {
    access: 'admin',
    summary: 'Create a trigger; its path is shown this once',
    status: 201,
    body: createTriggerSchema,
    answer: createdTriggerSchema,
  }),
  revoke: route(api.triggers.revoke, {
    access: 'admin',
    summary: 'End a trigger for good; what it did ends at its own end',
    body: revokeTriggerSchema,
    answer: triggerInfoSchema,
  }),
  /** The secret in the path is all that a monitoring system needs. */
  call: route(api.triggers.call, {
    access: 'public',
    summary: 'Call a trigger, with a payload of Alertmanager, Datadog, PagerDuty or Statuspage',
    body: z.looseObject({}),
    foreign: true,
    answer: triggerAnswerSchema,
    refuses: ['unknown_trigger', 'trigger_revoked', 'foreign_payload'],
  }),
};

export type CreateTrigger = z.infer<typeof createTriggerSchema>;
export type RevokeTrigger = z.infer<typeof revokeTriggerSchema>;
export type TriggerInfo = z.infer<typeof triggerInfoSchema>;
export type CreatedTrigger = z.infer<typeof createdTriggerSchema>;
export type TriggerAnswer = z.infer<typeof triggerAnswerSchema>;
