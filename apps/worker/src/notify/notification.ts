import { ADMISSION_ALL, scopeName, type Scope } from '@recloser/core';
import type { AuditEntry, ChannelEvent } from '@recloser/protocol';
import { z } from 'zod';

/** Where an event happened, and where the console stands; null: that is not known. */
export interface Origin {
  readonly project: string;
  readonly environment: string;
  readonly consoleUrl: string | null;
}

/** What a webhook is sent; `docs/notifications.md` describes it. Fields may be added. */
export interface Notification {
  /** The audit event's; the same again when it is sent again. */
  readonly id: string;
  readonly type: `breaker.${ChannelEvent}` | 'test';
  /** ISO 8601. */
  readonly at: string;
  readonly project: string;
  readonly environment: string;
  /** null: settings that belong to no breaker. */
  readonly breaker: string | null;
  /** The part of the fleet that it is about; null: all of it. */
  readonly part: Scope | null;
  /** State afterwards, and the share of traffic that is let in, 0…1; null where that is not told. */
  readonly state: string | null;
  readonly admission: number | null;
  /** Why, in words and figures. */
  readonly summary: string;
  /** Who did it; null: Recloser itself. */
  readonly actor: string | null;
  readonly reason: string;
  /** The audit action, e.g. "transition.fast_window". */
  readonly action: string;
  /** The event in the console. */
  readonly url: string | null;
}

const SETTINGS =
  /^(?:breaker\.(?:create|edit|archive|mode)|(?:segment|schedule|channel)\.(?:create|edit|remove))$/;

/**
 * What kind of event a channel can be told; null: none. A breaker that only observes blocks nothing, and one that
 * fails its probes is on its way back still, so that an outage is one `opened`.
 */
export function eventOf(entry: AuditEntry): ChannelEvent | null {
  const moved = entry.breaker === null ? null : movement(entry);
  if (moved !== null) return moved;
  return SETTINGS.test(entry.action) ? 'edited' : null;
}

function movement({ action, before, after }: AuditEntry): ChannelEvent | null {
  if (action === 'breaker.create' || action === 'breaker.archive') return null;
  const [from, to] = [standingOf(before), standingOf(after)];
  if (to.mode === 'observe' || (from.kind === null && to.kind === null)) return null;
  const was = from.kind ?? 'closed';
  switch (to.kind ?? 'closed') {
    case 'open':
    case 'dimmed':
      return was === 'open' || was === 'dimmed'
        ? null
        : was === 'probing'
          ? 'recovering'
          : 'opened';
    case 'probing':
    case 'ramping':
      return 'recovering';
    case 'closed':
      return was === 'closed' ? null : 'closed';
    default:
      return null;
  }
}

/** As the audit log keeps it, now and in events of earlier versions: what is not there is not known. */
const standingSchema = z.object({
  state: z.object({ kind: z.string() }).nullish().catch(null),
  control: z.object({ mode: z.string() }).nullish().catch(null),
  admission: z.number().nullish().catch(null),
});

function standingOf(recorded: unknown) {
  const { data } = standingSchema.safeParse(recorded);
  const admission = data?.admission ?? null;
  return {
    kind: data?.state?.kind ?? null,
    mode: data?.control?.mode ?? null,
    admission: admission === null ? null : admission / ADMISSION_ALL,
  };
}

export function notificationOf(
  entry: AuditEntry,
  event: ChannelEvent,
  { project, environment, consoleUrl }: Origin,
): Notification {
  const { id, at, breaker, actor, reason, action, evidence } = entry;
  const { kind, admission } = standingOf(entry.after);
  const page = [project, environment, 'audit', id].map(encodeURIComponent).join('/');
  return {
    id,
    type: `breaker.${event}`,
    at: new Date(at).toISOString(),
    project,
    environment,
    breaker,
    part: evidence?.scope ?? null,
    state: kind,
    admission,
    summary: evidence?.summary ?? '',
    actor: actor.kind === 'system' ? null : actor.name,
    reason,
    action,
    url: consoleUrl === null ? null : new URL(page, `${consoleUrl}/`).href,
  };
}

/** What a test is: nothing happened. */
export function testOf(
  channel: { readonly id: string; readonly name: string; readonly askedAt: number },
  { project, environment, consoleUrl }: Origin,
): Notification {
  const page = [project, environment, 'notifications'].map(encodeURIComponent).join('/');
  return {
    id: `test-${channel.id}-${channel.askedAt}`,
    type: 'test',
    at: new Date(channel.askedAt).toISOString(),
    project,
    environment,
    breaker: null,
    part: null,
    state: null,
    admission: null,
    summary: `A test of the channel "${channel.name}": notifications arrive here.`,
    actor: null,
    reason: '',
    action: 'channel.test',
    url: consoleUrl === null ? null : new URL(page, `${consoleUrl}/`).href,
  };
}

const HEADS: Readonly<Record<Notification['type'], string>> = {
  'breaker.opened': 'OPEN',
  'breaker.recovering': 'RECOVERING',
  'breaker.closed': 'CLOSED',
  'breaker.edited': 'EDITED',
  test: 'TEST',
};

/** One message for people: "[OPEN] stripe, zone eu-1a, in shop/production. Fast window: …". */
export function textOf(notification: Notification): string {
  const { type, breaker, part, project, environment, summary, actor, reason, action, url } =
    notification;
  const about = [breaker ?? action, ...(part === null ? [] : [scopeName(part)])].join(', ');
  const where = type === 'test' ? '' : `${about}, `;
  const share = percentOf(notification);
  const who = actor === null ? '' : reason === '' ? `${actor}.` : `${actor}: “${reason}”`;
  const parts = [`[${HEADS[type]}] ${where}in ${project}/${environment}${share}.`, summary, who];
  const line = parts.filter((one) => one !== '').join(' ');
  return escaped(url === null ? line : `${line}\n${url}`);
}

function percentOf({ type, admission }: Notification): string {
  if (type !== 'breaker.recovering' || admission === null) return '';
  return `, ${(admission * 100).toLocaleString('en', { maximumFractionDigits: 2 })} % of the traffic is let in`;
}

/** Chats read <…> as commands: a reason must not be able to call a whole channel. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
