import { ADMISSION_ALL, ADMISSION_NONE, TRIGGER_ACTIONS } from '@recloser/core';
import { z } from 'zod';
import { admissionSchema, breakerKeySchema } from './domain.js';
import { ownFieldCodes } from './field-codes.js';
import { LIMITS } from './limits.js';
import { reasonSchema } from './rest-requests.js';
import { millisSchema } from './state.js';

export const triggerActionSchema = z.enum(TRIGGER_ACTIONS);

const isPart = (admission: number): boolean =>
  admission > ADMISSION_NONE && admission < ADMISSION_ALL;

/** POST E/triggers. */
export const createTriggerSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(LIMITS.nameLength),
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

export type CreateTrigger = z.infer<typeof createTriggerSchema>;
export type RevokeTrigger = z.infer<typeof revokeTriggerSchema>;
export type TriggerInfo = z.infer<typeof triggerInfoSchema>;
export type CreatedTrigger = z.infer<typeof createdTriggerSchema>;
export type TriggerAnswer = z.infer<typeof triggerAnswerSchema>;
