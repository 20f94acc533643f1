import { CORRELATED_LIMITS, type CorrelatedSettings, type OpeningsHold } from '@recloser/core';
import { z } from 'zod';
import { millisSchema } from '../state.js';
import { api } from './api.js';
import { reasonSchema } from './fields.js';
import { route } from './route.js';

const { breakers, share, waitMs } = CORRELATED_LIMITS;
const fields = {
  /** Breakers that have to fail at once on the same instances before automatic openings wait; null: they never do. */
  breakers: z.int().min(breakers.min).max(breakers.max).nullable(),
  /** 0…1: the share of the breakers in use on those instances that has to fail, too. */
  share: z.number().min(share.min).max(share.max),
  /** How long new automatic openings wait, in ms. */
  waitMs: z.int().min(waitMs.min).max(waitMs.max),
};

const correlatedSettingsSchema: z.ZodType<CorrelatedSettings> = z.strictObject(fields);

/** Only what is given changes. */
const some = z.strictObject({
  breakers: fields.breakers.exactOptional(),
  share: fields.share.exactOptional(),
  waitMs: fields.waitMs.exactOptional(),
});

/** The last time that automatic openings waited. */
export const openingsHoldSchema: z.ZodType<OpeningsHold> = z.object({
  since: millisSchema,
  until: millisSchema,
  breakers: z.array(z.string()),
  active: z.int().min(0),
  instances: z.int().min(0),
});

/** GET E/settings; its ETag is the revision. */
export const environmentSettingsSchema = z.object({
  correlated: correlatedSettingsSchema,
  /** +1 on every edit. */
  revision: z.int().min(1),
  hold: openingsHoldSchema.nullable(),
});

/** PATCH E/settings with If-Match. Only what is given changes. */
export const editEnvironmentSettingsSchema = z.strictObject({
  correlated: some,
  reason: reasonSchema,
});

/** The settings of an environment in its file; what is left out stays as it is. */
export const settingsDocumentSchema = z.strictObject({
  correlated: some.optional(),
});

/** What holds for all breakers of an environment. */
export const environmentSettingsRoutes = {
  read: route(api.environmentSettings.read, {
    access: 'viewer',
    summary: 'When automatic openings wait, and when they last did',
    answer: environmentSettingsSchema,
  }),
  edit: route(api.environmentSettings.edit, {
    access: 'admin',
    summary: 'Edit the settings, with If-Match; only what is given changes',
    guarded: true,
    body: editEnvironmentSettingsSchema,
    answer: environmentSettingsSchema,
  }),
};

export type EnvironmentSettingsInfo = z.infer<typeof environmentSettingsSchema>;
export type EditEnvironmentSettings = z.infer<typeof editEnvironmentSettingsSchema>;
