import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { millisSchema } from '../state.js';
import { api } from './api.js';
import { nameSchema, reasonSchema } from './fields.js';
import { route } from './route.js';

/** `webhook`: signed JSON (Standard Webhooks). `chat`: `{ text }`, as Slack, Mattermost and Google Chat take it. */
export const CHANNEL_KINDS = ['webhook', 'chat'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** What can be told: a breaker, or a part of its fleet, is open; comes back in steps; lets all through; was edited. */
export const CHANNEL_EVENTS = ['opened', 'recovering', 'closed', 'edited'] as const;
export type ChannelEvent = (typeof CHANNEL_EVENTS)[number];

const url = z
  .url({ protocol: /^https?$/, error: 'give an address that begins with https:// or http://' })
  .max(LIMITS.urlLength);

/** Set by the sender, or by the connection. */
const OWN_HEADERS =
  /^(?:host|content-(?:type|length|encoding)|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|proxy-.*|webhook-.*)$/i;

const headerNameSchema = z
  .string()
  .max(LIMITS.headerNameLength)
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'a header is named by letters, digits and dashes')
  .refine((name) => !OWN_HEADERS.test(name), 'this header is set by Recloser itself');

const headerValueSchema = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.headerValueLength)
  .regex(/^[\x20-\x7e]*$/, 'a header holds visible ASCII characters only');

interface Named {
  readonly name: string;
}

function namesDiffer(headers: readonly Named[]): boolean {
  return new Set(headers.map(({ name }) => name.toLowerCase())).size === headers.length;
}

const TWICE = 'the same header is given twice';

const newHeadersSchema = z
  .array(z.strictObject({ name: headerNameSchema, value: headerValueSchema }))
  .max(LIMITS.headersPerChannel)
  .refine(namesDiffer, TWICE);

/** Without a value, the one that is known stays. */
const editedHeadersSchema = z
  .array(z.strictObject({ name: headerNameSchema, value: headerValueSchema.optional() }))
  .max(LIMITS.headersPerChannel)
  .refine(namesDiffer, TWICE);

const settings = {
  name: nameSchema,
  url,
  events: z
    .array(z.enum(CHANNEL_EVENTS))
    .min(1, 'choose at least one kind of event')
    .max(CHANNEL_EVENTS.length),
  /** Only of breakers with one of these tags; empty: of all. */
  tags: z.array(nameSchema).max(LIMITS.tagsPerBreaker),
};

/** POST E/channels. */
export const createChannelSchema = z.strictObject({
  ...settings,
  kind: z.enum(CHANNEL_KINDS),
  tags: settings.tags.default([]),
  /** Sent with every message, e.g. Authorization. */
  headers: newHeadersSchema.default([]),
  reason: reasonSchema,
});

/** PATCH E/channels/:id with If-Match. Only what is given changes. */
export const editChannelSchema = z
  .strictObject({ ...settings, headers: editedHeadersSchema, paused: z.boolean() })
  .partial()
  .extend({ reason: reasonSchema });

export const removeChannelSchema = z.strictObject({ reason: reasonSchema });
const removedChannelSchema = z.object({ id: z.string() });

/** POST E/channels/:id/rotate-secret. `overlapMs`: how long the secret before signs, too; default a day. */
export const rotateSecretSchema = z.strictObject({
  overlapMs: z
    .int()
    .min(0)
    .max(LIMITS.secretOverlapMs)
    .default(24 * 3_600_000),
  reason: reasonSchema,
});

/** Where notifications of an environment go. The address is a secret: only its host is told. */
export const channelInfoSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  host: z.string(),
  events: z.array(z.enum(CHANNEL_EVENTS)),
  tags: z.array(z.string()),
  /** Names of the headers that are sent; their values are secrets. */
  headers: z.array(z.string()),
  paused: z.boolean(),
  /** The receiver answered 410 Gone: since when, and why. Such a channel is paused until it is resumed. null: no. */
  stopped: z.object({ at: millisSchema, why: z.string() }).nullable(),
  /** Until then messages carry a signature by the secret before, too. null: the secret was not rotated lately. */
  previousSecretUntil: millisSchema.nullable(),
  /** Events of the last week that are not sent any more, `GET E/channels/:id/set-aside`. */
  setAside: z.int().min(0),
  /** +1 on every edit; its ETag. */
  revision: z.int().min(1),
  createdAt: millisSchema,
  lastSentAt: millisSchema.nullable(),
  /** The last attempts failed: since when, why, and when the next one is made. null: all is well. */
  failing: z
    .object({ since: millisSchema, why: z.string(), nextAt: millisSchema.nullable() })
    .nullable(),
  /** The last test; `doneAt` null: on its way; `why` null: it arrived. */
  test: z
    .object({
      requestedAt: millisSchema,
      doneAt: millisSchema.nullable(),
      why: z.string().nullable(),
    })
    .nullable(),
});

/** GET E/channels: all of them, by name. */
export const channelListSchema = z.object({ items: z.array(channelInfoSchema) });

/** `secret`: what webhooks are signed with, shown this once; null for other kinds. */
export const createdChannelSchema = z.object({
  channel: channelInfoSchema,
  secret: z.string().nullable(),
});

/** An event that the receiver did not take, and that is not sent any more. */
export const setAsideSchema = z.object({
  /** The audit event. */
  event: z.string(),
  /** What the message says, e.g. "breaker.opened". */
  type: z.string(),
  /** null: settings that belong to no breaker. */
  breaker: z.string().nullable(),
  at: millisSchema,
  setAsideAt: millisSchema,
  /** How often it was sent; 0: it was more than a day old when its turn came. */
  tries: z.int().min(0),
  why: z.string(),
});

/** GET E/channels/:id/set-aside: those of the last week, the latest first. */
export const setAsideListSchema = z.object({ items: z.array(setAsideSchema) });

/** Where notifications go. */
export const channelRoutes = {
  list: route(api.channels.list, {
    access: 'viewer',
    summary: 'List channels, with whether their messages arrive',
    answer: channelListSchema,
  }),
  create: route(api.channels.create, {
    access: 'admin',
    summary: 'Create a channel; a webhook’s secret is shown this once',
    status: 201,
    body: createChannelSchema,
    answer: createdChannelSchema,
  }),
  edit: route(api.channels.edit, {
    access: 'admin',
    summary:
      'Edit, pause or resume a channel, with If-Match; what happens while it is paused is not told',
    guarded: true,
    body: editChannelSchema,
    answer: channelInfoSchema,
  }),
  remove: route(api.channels.remove, {
    access: 'admin',
    summary: 'Remove a channel; what waits is not sent any more',
    body: removeChannelSchema,
    answer: removedChannelSchema,
  }),
  setAside: route(api.channels.setAside, {
    access: 'viewer',
    summary:
      'List the last week’s events that the receiver did not take, and why, the latest first',
    answer: setAsideListSchema,
  }),
  rotateSecret: route(api.channels.rotateSecret, {
    access: 'admin',
    summary: 'Give a webhook a new secret, shown this once; the one before signs, too, for a while',
    body: rotateSecretSchema,
    answer: createdChannelSchema,
  }),
  test: route(api.channels.test, {
    access: 'admin',
    summary: 'Have a test sent within seconds; the channel says under `test` whether it arrived',
    answer: channelInfoSchema,
  }),
};

export type CreateChannel = z.infer<typeof createChannelSchema>;
export type EditChannel = z.infer<typeof editChannelSchema>;
export type RemoveChannel = z.infer<typeof removeChannelSchema>;
export type RotateSecret = z.infer<typeof rotateSecretSchema>;
export type SetAside = z.infer<typeof setAsideSchema>;
export type SetAsideList = z.infer<typeof setAsideListSchema>;
export type ChannelInfo = z.infer<typeof channelInfoSchema>;
export type ChannelList = z.infer<typeof channelListSchema>;
export type CreatedChannel = z.infer<typeof createdChannelSchema>;
