import type { AuditEntry, AuditPage, Series } from '@recloser/protocol';
import { type Span, stepOf } from '@/features/chart/chart-view';
import { getJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';

const PAGE = 200;
/** An incident with more events than this is told by its newest ones. */
const PAGES = 5;
const HOUR_MS = 3_600_000;

async function loadEntries(place: EnvironmentRef, breaker: string, { from, to }: Span) {
  const entries: AuditEntry[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const query = new URLSearchParams({
      breaker,
      from: String(Math.round(from)),
      to: String(Math.round(to)),
      limit: String(PAGE),
      probeRounds: 'fold',
      ...(cursor === null ? {} : { cursor }),
    });
    const read = (await getJson(`${resources.audit(place)}?${query.toString()}`)) as AuditPage;
    entries.push(...read.items);
    cursor = read.nextCursor;
    if (cursor === null) break;
  }
  return entries;
}

async function loadSeries(place: EnvironmentRef, breaker: string, span: Span): Promise<Series> {
  const query = `from=${Math.round(span.from)}&to=${Math.round(span.to)}&step=${stepOf(span)}`;
  return (await getJson(`${resources.breaker(place, breaker)}/series?${query}`)) as Series;
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
