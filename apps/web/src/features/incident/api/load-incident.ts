import { api, type AuditEntry, type AuditPage, type Series } from '@recloser/protocol';
import { type Span, stepOf } from '@/features/chart/chart-view';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';

const PAGE = 200;
/** An incident with more events than this is told by its newest ones. */
const PAGES = 5;
const HOUR_MS = 3_600_000;

async function loadEntries(place: EnvironmentRef, breaker: string, { from, to }: Span) {
  const entries: AuditEntry[] = [];
  const span = { from: Math.round(from), to: Math.round(to) };
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const read: AuditPage = await call(api.audit.list, {
      params: place,
      query: { breaker, ...span, limit: PAGE, probeRounds: 'fold', cursor },
    });
    entries.push(...read.items);
    if (read.nextCursor === null) break;
    cursor = read.nextCursor;
  }
  return entries;
}

function loadSeries(place: EnvironmentRef, breaker: string, span: Span): Promise<Series> {
  const { from, to } = span;
  return call(api.breakers.series, {
    params: { ...place, key: breaker },
    query: { from: Math.round(from), to: Math.round(to), step: stepOf(span) },
  });
}

/** As long before it, an hour at most: what was usual. */
function beforeOf({ from, to }: Span): Span {
  return { from: from - Math.min(to - from, HOUR_MS), to: from };
}

/** What is on the record about one breaker and stretch of time. Throws ApiError. */
export async function loadIncident(place: EnvironmentRef, breaker: string, span: Span) {
  const [entries, series, before] = await Promise.all([
    loadEntries(place, breaker, span),
    loadSeries(place, breaker, span),
    loadSeries(place, breaker, beforeOf(span)),
  ]);
  return { entries, series, latencyBefore: before.latency ?? null };
}
