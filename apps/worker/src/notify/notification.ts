import {
  ADMISSION_ALL,
  formatDuration,
  plural,
  partitionName,
  type Partition,
} from '@recloser/core';
import {
  openingsHoldSchema,
  outageSchema,
  type AuditEntry,
  type ChannelEvent,
} from '@recloser/protocol';
import { z } from 'zod';

/** Where an event happened, and where the console stands; null: that is not known. */
export interface Origin {
  readonly project: string;
  readonly environment: string;
  readonly consoleUrl: string | null;
}

interface NotifiedOutage {
  /** ISO 8601: its first failure. */
  readonly startedAt: string;
  /** How long it had lasted at `at`, in ms. */
  readonly lastedMs: number;
  /** Why the breaker opened first, in words and figures; '' when that is not known. */
  readonly summary: string;
  readonly failedProbeRounds: number;
}

/** What a webhook is sent; `docs/notifications.md` describes it. Fields may be added. */
export interface Notification {
  /** The audit event's; the same again when it is sent again. */
  readonly id: string;
  readonly type: `breaker.${ChannelEvent}` | 'environment.openings_held' | 'test';
  /** ISO 8601. */
  readonly at: string;
  readonly project: string;
  readonly environment: string;
  /** null: settings that belong to no breaker. */
  readonly breaker: string | null;
  /** The part of the fleet that it is about; null: all of it. */
  readonly part: Partition | null;
  /** State afterwards, and the share of traffic that is let in, 0…1; null where that is not told. */
  readonly state: string | null;
  readonly admission: number | null;
  /** Why, in words and figures. */
  readonly summary: string;
  /** The outage that it belongs to, from its first failure on; null: none, or not known. */
  readonly outage: NotifiedOutage | null;
  /** Who did it; null: Recloser itself. */
  readonly actor: string | null;
  readonly reason: string;
  /** The audit action, e.g. "transition.fast_window". */
  readonly action: string;
  /** The event in the console. */
  readonly url: string | null;
}

const SETTINGS =
  /^(?:breaker\.(?:create|edit|archive|mode)|(?:segment|schedule|channel)\.(?:create|edit|remove)|channel\.(?:stop|rotate))$/;

/** Openings wait, as many breakers fail at once: told to whom openings are told. */
const OPENINGS_HELD = 'openings.held';

/**
 * The event that a channel can ask for, or null. A breaker that only observes blocks nothing. Of an outage there is one
 * `opened` and one `closed`: a failed probe round is no event, and a ramp that falls back is `recovering`.
 */
export function eventOf(entry: AuditEntry): ChannelEvent | null {
  if (entry.action === OPENINGS_HELD) return 'opened';
  const moved = entry.breaker === null ? null : movement(entry);
  if (moved !== null) return moved;
  return SETTINGS.test(entry.action) ? 'edited' : null;
}

function movement({ action, before, after }: AuditEntry): ChannelEvent | null {
  if (action === 'breaker.create' || action === 'breaker.archive') return null;
  const [from, to] = [stateSummaryOf(before), stateSummaryOf(after)];
  if (to.mode === 'observe' || (from.kind === null && to.kind === null)) return null;
  const was = from.kind ?? 'closed';
  switch (to.kind ?? 'closed') {
    case 'open':
    case 'dimmed':
      if (was === 'open' || was === 'dimmed' || was === 'probing') return null;
      return from.outage !== null && to.outage !== null ? 'recovering' : 'opened';
    case 'probing':
      return was === 'open' || was === 'probing' ? null : 'recovering';
    case 'ramping':
      return 'recovering';
    case 'closed':
      return was === 'closed' ? null : 'closed';
    default:
      return null;
  }
}

/** Keys of the breakers that an event is about. */
export function breakersOf({ action, breaker, after }: AuditEntry): readonly string[] {
  if (action !== OPENINGS_HELD) return breaker === null ? [] : [breaker];
  return openingsHoldSchema.safeParse(after).data?.breakers ?? [];
}

/** As the audit log keeps it, now and in events of earlier versions: what is not there is not known. */
const stateSummarySchema = z.object({
  state: z.object({ kind: z.string() }).nullish().catch(null),
  control: z.object({ mode: z.string() }).nullish().catch(null),
  admission: z.number().nullish().catch(null),
  outage: outageSchema.nullish().catch(null),
});

function stateSummaryOf(recorded: unknown) {
  const { data } = stateSummarySchema.safeParse(recorded);
  const admission = data?.admission ?? null;
  return {
    kind: data?.state?.kind ?? null,
    mode: data?.control?.mode ?? null,
    admission: admission === null ? null : admission / ADMISSION_ALL,
    outage: data?.outage ?? null,
  };
}

export function notificationOf(
  entry: AuditEntry,
  event: ChannelEvent,
  { project, environment, consoleUrl }: Origin,
): Notification {
  const { id, at, breaker, actor, reason, action, evidence } = entry;
  const { kind, admission } = stateSummaryOf(entry.after);
  const page = [project, environment, 'audit', id].map(encodeURIComponent).join('/');
  return {
    id,
    type: action === OPENINGS_HELD ? 'environment.openings_held' : `breaker.${event}`,
    at: new Date(at).toISOString(),
    project,
    environment,
    breaker,
    part: evidence?.scope ?? null,
    state: kind,
    admission,
    summary: evidence?.summary ?? '',
    outage: outageOf(entry),
    actor: actor.kind === 'system' ? null : actor.name,
    reason,
    action,
    url: consoleUrl === null ? null : new URL(page, `${consoleUrl}/`).href,
  };
}

/** The outage that an event goes on with, or that it ends. */
function outageOf({ at, before, after }: AuditEntry): NotifiedOutage | null {
  const outage = stateSummaryOf(after).outage ?? stateSummaryOf(before).outage;
  if (outage === null) return null;
  const { startedAt, summary, failedRounds } = outage;
  return {
    startedAt: new Date(startedAt).toISOString(),
    lastedMs: Math.max(0, at - startedAt),
    summary,
    failedProbeRounds: failedRounds,
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
    outage: null,
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
  'environment.openings_held': 'OPENINGS WAIT',
  test: 'TEST',
};

/** One message for people: "[OPEN] stripe, zone eu-1a, in shop/production. Fast window: …". */
export function textOf(notification: Notification): string {
  const { type, breaker, part, project, environment, summary, actor, reason, action, url } =
    notification;
  const about = [breaker ?? action, ...(part === null ? [] : [partitionName(part)])].join(', ');
  const ofAll = type === 'test' || type === 'environment.openings_held';
  const where = ofAll ? '' : `${about}, `;
  const share = percentOf(notification);
  const who = actor === null ? '' : reason === '' ? `${actor}.` : `${actor}: “${reason}”`;
  const again = type === 'breaker.recovering' && notification.state === 'open';
  const head = again ? 'OPEN AGAIN' : HEADS[type];
  const parts = [
    `[${head}] ${where}in ${project}/${environment}${share}.`,
    summary,
    outageText(notification),
    who,
  ];
  const line = parts.filter((one) => one !== '').join(' ');
  return escaped(url === null ? line : `${line}\n${url}`);
}

/** Since when and why, where the event is not the first one of its outage. */
function outageText({ type, outage }: Notification): string {
  if (outage === null || type === 'breaker.opened') return '';
  const { startedAt, lastedMs, failedProbeRounds, summary } = outage;
  const clock = startedAt.slice(11, 19);
  const rounds =
    failedProbeRounds === 0 ? '' : `, ${plural(failedProbeRounds, 'failed probe round')}`;
  const cause = summary === '' ? '' : ` First cause: ${summary}`;
  return `Outage since ${clock} UTC, ${formatDuration(lastedMs)}${rounds}.${cause}`;
}

function percentOf({ type, admission }: Notification): string {
  if (type !== 'breaker.recovering' || admission === null || admission === 0) return '';
  return `, ${(admission * 100).toLocaleString('en', { maximumFractionDigits: 2 })}% of the traffic is let in`;
}

/** Chats read <…> as commands: a reason must not be able to call a whole channel. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
