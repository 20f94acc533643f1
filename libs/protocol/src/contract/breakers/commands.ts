import { ADMISSION_ALL } from '@recloser/core';
import { z } from 'zod';
import { admissionSchema, modeSchema, partitionSchema } from '../../domain.js';
import { millisSchema } from '../../state.js';
import { api } from '../api.js';
import { reasonSchema } from '../fields.js';
import { route } from '../route.js';
import { changedBreakerSchema } from './breaker.js';

const acting = {
  reason: reasonSchema,
  /** The state version that the person saw, with a scope that of its own state; when it has changed since, nothing is done (version_conflict). */
  expectedVersion: z.int().min(0).optional(),
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

const answer = changedBreakerSchema;

/** What a person can do to a breaker's state. Each needs a reason and is on the record. */
export const commandRoutes = {
  trip: route(api.breakers.trip, {
    access: 'operator',
    summary: 'Open: admit nothing',
    body: tripSchema,
    answer,
  }),
  restore: route(api.breakers.restore, {
    access: 'operator',
    summary: 'Start bringing back',
    body: restoreSchema,
    answer,
  }),
  dim: route(api.breakers.dim, {
    access: 'operator',
    summary: 'Admit a part, until then',
    body: dimSchema,
    answer,
  }),
  setMode: route(api.breakers.setMode, {
    access: 'operator',
    summary: 'Set who moves it',
    body: setModeSchema,
    answer,
  }),
  ramp: route(api.breakers.ramp, {
    access: 'operator',
    summary: 'Steer the ramp',
    body: rampSchema,
    answer,
  }),
};

export type TripRequest = z.infer<typeof tripSchema>;
export type DimRequest = z.infer<typeof dimSchema>;
export type RestoreRequest = z.infer<typeof restoreSchema>;
export type SetModeRequest = z.infer<typeof setModeSchema>;
export type RampRequest = z.infer<typeof rampSchema>;
