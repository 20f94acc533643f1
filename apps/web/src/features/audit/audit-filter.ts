import { PROBE_ROUND_CAUSES } from '@recloser/core';
import type { api, InputOf } from '@recloser/protocol';
import type { AuditLogName } from '@/lib/routes';

/** What the API lists by. */
export type AuditQuery = NonNullable<InputOf<typeof api.audit.list>['query']>;
/** What the API exports by. */
export type ExportQuery = NonNullable<InputOf<typeof api.audit.export>['query']>;

/** Which events the audit page shows; lives in the address. */
export interface AuditFilter {
  readonly log: AuditLogName;
  readonly breaker: string;
  readonly actor: string;
  readonly action: string;
  readonly since: Since;
}

export const SINCE = [
  { value: 'all', label: 'All', ms: null },
  { value: '1h', label: '1 h', ms: 3_600_000 },
  { value: '24h', label: '24 h', ms: 86_400_000 },
  { value: '7d', label: '7 d', ms: 604_800_000 },
] as const;
type Since = (typeof SINCE)[number]['value'];

/** What actions begin with, by log. */
export const ACTION_GROUPS: Readonly<
  Record<AuditLogName, readonly { readonly value: string; readonly label: string }[]>
> = {
  environment: [
    { value: '', label: 'Any action' },
    { value: 'transition', label: 'Automatic transitions' },
    { value: 'transition.probe_failed', label: 'Failed probe rounds' },
    { value: 'breaker', label: 'Breakers' },
    { value: 'ramp', label: 'Ramp' },
    { value: 'schedule', label: 'Schedules' },
    { value: 'segment', label: 'Segments' },
    { value: 'channel', label: 'Notifications' },
  ],
  system: [
    { value: '', label: 'Any action' },
    { value: 'auth', label: 'Sign-ins' },
    { value: 'person', label: 'People and roles' },
    { value: 'key', label: 'SDK keys' },
    { value: 'project', label: 'Projects' },
    { value: 'environment', label: 'Environments' },
  ],
};

export function parseAuditFilter(query: URLSearchParams): AuditFilter {
  const since = query.get('since');
  return {
    log: query.get('log') === 'system' ? 'system' : 'environment',
    breaker: query.get('breaker') ?? '',
    actor: query.get('actor') ?? '',
    action: query.get('action') ?? '',
    since: SINCE.find(({ value }) => value === since)?.value ?? 'all',
  };
}

/** For the address: "?breaker=stripe&since=24h", or "". */
export function auditFilterQuery({ log, breaker, actor, action, since }: AuditFilter): string {
  const query = new URLSearchParams();
  if (log !== 'environment') query.set('log', log);
  if (breaker !== '') query.set('breaker', breaker);
  if (actor !== '') query.set('actor', actor);
  if (action !== '') query.set('action', action);
  if (since !== 'all') query.set('since', since);
  const written = query.toString();
  return written === '' ? '' : `?${written}`;
}

/** Actions of which the list shows each event: who asks for them wants to see them. */
const ROUND_ACTIONS: readonly string[] = PROBE_ROUND_CAUSES.map((cause) => `transition.${cause}`);

/** The filter for a list: failed probe rounds are counted and not listed, unless they are what is asked for. */
export function auditListRequest(filter: AuditFilter, now: number): AuditQuery {
  const query = auditRequest(filter, now);
  return ROUND_ACTIONS.includes(filter.action) ? query : { ...query, probeRounds: 'fold' };
}

/** For the API: the same filter with a beginning in milliseconds. `now` is rounded, so that equal filters are equal. */
export function auditRequest(filter: AuditFilter, now: number): ExportQuery {
  const { breaker, actor, action, since } = filter;
  const span = SINCE.find(({ value }) => value === since)?.ms ?? null;
  return {
    ...(breaker !== '' && { breaker }),
    ...(actor !== '' && { actor }),
    ...(action !== '' && { action }),
    ...(span !== null && { from: Math.floor(now / 60_000) * 60_000 - span }),
  };
}
