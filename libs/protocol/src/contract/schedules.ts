import { ADMISSION_ALL } from '@recloser/core';
import { z } from 'zod';
import { breakerKeySchema } from '../domain.js';
import { ownFieldCodes } from '../field-codes.js';
import { LIMITS } from '../limits.js';
import { millisSchema } from '../state.js';
import { api } from './api.js';
import { changedSchema, nameSchema, queryTimeSchema, reasonSchema } from './fields.js';
import { route } from './route.js';

export const scheduleKeySchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/,
    'use 1 to 64 lower-case letters, digits and inner dashes',
  );
const date = z.iso.date('give a date such as 2026-11-29');
const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'give a time of day such as 02:30');
const DAY_MINUTES = 24 * 60;

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** When a maintenance window begins, in local time of its time zone. Days of the week count from Monday, 1. */
export const scheduleWhenSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('once'), date, time }),
  z.strictObject({
    kind: z.literal('weekly'),
    days: z
      .array(z.int().min(1).max(7))
      .min(1)
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'name each day once'),
    time,
    /** The first and the last day on which it may begin. */
    from: date.optional(),
    until: date.optional(),
  }),
]);

const plan = {
  when: scheduleWhenSchema,
  /** IANA name, e.g. "Europe/Berlin". */
  timeZone: z.string().max(64).refine(isTimeZone, 'give an IANA time zone such as Europe/Berlin'),
  durationMinutes: z
    .int()
    .min(1)
    .max(7 * DAY_MINUTES),
  /** So much before its begin breakers are moved already. */
  leadMinutes: z.int().min(0).max(DAY_MINUTES),
  action: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('open') }),
    z.strictObject({
      kind: z.literal('dim'),
      admission: z
        .int()
        .min(1)
        .max(ADMISSION_ALL - 1),
    }),
  ]),
  /** Breakers by key, and all with one of these tags. */
  breakers: z.array(breakerKeySchema).max(200),
  tags: z.array(nameSchema).max(LIMITS.tagsPerBreaker),
};

/** What a schedule does and when, as it is stored. */
export const schedulePlanSchema = z
  .strictObject(plan)
  .refine(({ breakers, tags }) => breakers.length + tags.length > 0, {
    path: ['breakers'],
    message: 'name a breaker or a tag',
  })
  .refine(
    ({ when }) =>
      when.kind === 'once' ||
      when.from === undefined ||
      when.until === undefined ||
      when.from <= when.until,
    { path: ['when', 'until'], message: 'the last day lies before the first' },
  );

const about = {
  name: nameSchema,
  description: z.string().max(LIMITS.reasonLength),
};

/** POST E/schedules. */
export const createScheduleSchema = z
  .strictObject({
    key: scheduleKeySchema,
    name: about.name,
    description: about.description.default(''),
    plan: schedulePlanSchema,
    reason: reasonSchema,
  })
  .register(ownFieldCodes, { key: 'invalid_schedule_key' });

/** PATCH E/schedules/:key with If-Match. Only what is given changes; a plan is given whole. */
export const editScheduleSchema = z
  .strictObject({ ...about, plan: schedulePlanSchema })
  .partial()
  .extend({ reason: reasonSchema });

export const removeScheduleSchema = z.strictObject({ reason: reasonSchema });

/** One maintenance window: breakers are moved at `opensAt`, and come back from `end` on. */
export const occurrenceSchema = z.object({
  opensAt: millisSchema,
  start: millisSchema,
  end: millisSchema,
});

export const scheduleInfoSchema = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string(),
  plan: schedulePlanSchema,
  /** +1 on every edit; its ETag. */
  revision: z.int().min(1),
  createdAt: millisSchema,
  updatedAt: millisSchema,
  /** The window that is on now; null: none. */
  active: occurrenceSchema.nullable(),
  /** The next ones, at most 5. */
  next: z.array(occurrenceSchema),
});

/** GET E/schedules: all of them, by key. */
export const scheduleListSchema = z.object({
  items: z.array(scheduleInfoSchema),
  now: millisSchema,
});

/** After a change: `seq` is where the environment stands. */
export const changedScheduleSchema = z.object({
  seq: z.int().min(0),
  schedule: scheduleInfoSchema,
});

const MONTHS_MS = 100 * DAY_MINUTES * 60_000;
/** GET E/schedules/calendar: windows that touch [from, to), milliseconds since the epoch. */
export const calendarQuerySchema = z
  .object({ from: queryTimeSchema, to: queryTimeSchema })
  .refine(({ from, to }) => from < to && to - from <= MONTHS_MS, 'ask for 1 ms up to 100 days');
export const calendarSchema = z.object({
  items: z.array(occurrenceSchema.extend({ key: z.string() })),
});

export const scheduleRoutes = {
  list: route(api.schedules.list, {
    access: 'viewer',
    summary: 'List schedules with their next windows',
    answer: scheduleListSchema,
  }),
  create: route(api.schedules.create, {
    access: 'operator',
    summary: 'Create a schedule',
    status: 201,
    body: createScheduleSchema,
    answer: changedScheduleSchema,
  }),
  calendar: route(api.schedules.calendar, {
    access: 'viewer',
    summary: 'The windows of all schedules in a span of time',
    query: calendarQuerySchema,
    answer: calendarSchema,
  }),
  read: route(api.schedules.read, {
    access: 'viewer',
    summary: 'Read a schedule',
    answer: scheduleInfoSchema,
  }),
  edit: route(api.schedules.edit, {
    access: 'operator',
    summary: 'Edit a schedule, with If-Match',
    guarded: true,
    body: editScheduleSchema,
    answer: changedScheduleSchema,
  }),
  remove: route(api.schedules.remove, {
    access: 'operator',
    summary: 'Remove a schedule; what it has opened or dimmed stays so until its end',
    body: removeScheduleSchema,
    answer: changedSchema,
  }),
};

export type SchedulePlan = z.infer<typeof schedulePlanSchema>;
export type Occurrence = z.infer<typeof occurrenceSchema>;
export type CreateSchedule = z.infer<typeof createScheduleSchema>;
export type EditSchedule = z.infer<typeof editScheduleSchema>;
export type RemoveSchedule = z.infer<typeof removeScheduleSchema>;
export type ScheduleInfo = z.infer<typeof scheduleInfoSchema>;
export type ScheduleList = z.infer<typeof scheduleListSchema>;
export type ChangedSchedule = z.infer<typeof changedScheduleSchema>;
export type CalendarQuery = z.infer<typeof calendarQuerySchema>;
export type Calendar = z.infer<typeof calendarSchema>;
