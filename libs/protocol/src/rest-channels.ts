import { z } from 'zod';
import { LIMITS } from './limits.js';
import { reasonSchema } from './rest-requests.js';
import { millisSchema } from './state.js';

/** `webhook`: signed JSON (Standard Webhooks). `chat`: `{ text }`, as Slack, Mattermost and Google Chat take it. */
export const CHANNEL_KINDS = ['webhook', 'chat'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** What can be told: a breaker, or a part of its fleet, is open; comes back in steps; lets all through; was edited. */
export const CHANNEL_EVENTS = ['opened', 'recovering', 'closed', 'edited'] as const;
export type ChannelEvent = (typeof CHANNEL_EVENTS)[number];

const url = z
  .url({ protocol: /^https?$/, error: 'give an address that begins with https:// or http://' })
  .max(LIMITS.urlLength);

const settings = {
  name: z.string().trim().min(1).max(LIMITS.nameLength),
  url,
  events: z
    .array(z.enum(CHANNEL_EVENTS))
    .min(1, 'choose at least one kind of event')
    .max(CHANNEL_EVENTS.length),
  /** Only of breakers with one of these tags; empty: of all. */
  tags: z.array(z.string().trim().min(1).max(LIMITS.nameLength)).max(LIMITS.tagsPerBreaker),
};

/** POST E/channels. */
export const createChannelSchema = z.strictObject({
  ...settings,
  kind: z.enum(CHANNEL_KINDS),
  tags: settings.tags.default([]),
  reason: reasonSchema,
});

/** PATCH E/channels/:id with If-Match. Only what is given changes. */
export const editChannelSchema = z
  .strictObject({ ...settings, paused: z.boolean() })
  .partial()
  .extend({ reason: reasonSchema });

export const removeChannelSchema = z.strictObject({ reason: reasonSchema });

/** Where notifications of an environment go. The address is a secret: only its host is told. */
export const channelInfoSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  host: z.string(),
  events: z.array(z.enum(CHANNEL_EVENTS)),
  tags: z.array(z.string()),
  paused: z.boolean(),
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

export type CreateChannel = z.infer<typeof createChannelSchema>;
export type EditChannel = z.infer<typeof editChannelSchema>;
export type RemoveChannel = z.infer<typeof removeChannelSchema>;
export type ChannelInfo = z.infer<typeof channelInfoSchema>;
export type ChannelList = z.infer<typeof channelListSchema>;
export type CreatedChannel = z.infer<typeof createdChannelSchema>;
