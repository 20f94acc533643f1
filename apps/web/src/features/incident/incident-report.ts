import { formatAdmission, partitionName } from '@recloser/core';
import type { AuditEntry, BreakerDetail, Series } from '@recloser/protocol';
import {
  formatClock,
  formatDateTime,
  formatDuration,
  formatLatency,
  formatShare,
  plural,
} from '@/lib/format';
import { actionWord, stateWord } from '@/lib/vocabulary';
import { recordedStateIn } from '../audit/entry-state';
import { beginsOutage } from '../audit/outage-groups';

export interface Incident {
  readonly breaker: Pick<BreakerDetail, 'key' | 'owner' | 'tags'>;
  readonly environment: string;
  /** Of this breaker, in any order. */
  readonly entries: readonly AuditEntry[];
  readonly series: Series;
  /** Of the time just before; null: nothing was told. */
  readonly latencyBefore: Series['latency'] | null;
  readonly from: number;
  readonly to: number;
  /** Where the report can be looked at. */
  readonly link: string;
}

/** As text that Markdown leaves alone, in one line of a table. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/([\\|`*_<>[\]])/g, '\\$1');
}

function ascending(entries: readonly AuditEntry[]): readonly AuditEntry[] {
  return entries.toSorted((a, b) => a.at - b.at || a.chainSeq - b.chainSeq);
}

/** Without those about a part of the fleet alone. */
function ofTheWhole(entries: readonly AuditEntry[]): readonly AuditEntry[] {
  return entries.filter(({ evidence }) => evidence?.scope === undefined);
}

/** How long not all traffic passed, as far as the events tell, ms. */
export function notClosedMs({
  entries,
  from,
  to,
}: Pick<Incident, 'entries' | 'from' | 'to'>): number {
  let [sum, since] = [0, null as number | null];
  const told = ascending(ofTheWhole(entries)).flatMap(({ at, before, after }) => {
    const standing = recordedStateIn(after);
    return standing === null ? [] : [{ at, standing, was: recordedStateIn(before) }];
  });
  const [first] = told;
  const before = first?.was ?? null;
  if (before !== null && before.state !== 'closed') since = from;
  for (const { at, standing } of told) {
    if (standing.state !== 'closed') since ??= at;
    else if (since !== null) [sum, since] = [sum + at - since, null];
  }
  return since === null ? sum : sum + to - since;
}

function stateCell(entry: AuditEntry): string {
  const standing = recordedStateIn(entry.after);
  if (standing === null) return '';
  const share = standing.admission === null ? '' : ` (${formatAdmission(standing.admission)})`;
  const scope = entry.evidence?.scope;
  const part = scope === undefined ? '' : `${partitionName(scope)}: `;
  return `${part}${stateWord(standing)}${share}`;
}

function timeline(entries: readonly AuditEntry[]): readonly string[] {
  return ascending(entries).map((entry) => {
    const why = entry.reason === '' ? (entry.evidence?.summary ?? '') : `“${entry.reason}”`;
    const cells = [
      formatClock(entry.at, 'utc'),
      actionWord(entry.action),
      stateCell(entry),
      entry.actor.name,
      why,
    ];
    return `| ${cells.map(plain).join(' | ')} |`;
  });
}

/** Of all calls of each time together, not of the points of a chart. */
function latencyLines({ series, latencyBefore }: Incident): readonly string[] {
  const { latency } = series;
  if (!latency) return [];
  const before = latencyBefore ? ` (before: ${formatLatency(latencyBefore.p95)})` : '';
  return [
    `- P95 of latency ${formatLatency(latency.p95)}${before}, P50 ${formatLatency(latency.p50)}, P99 ${formatLatency(latency.p99)}`,
  ];
}

function figures(incident: Incident): readonly string[] {
  const { entries, series, from, to } = incident;
  const sum = { ok: 0, failures: 0, rejected: 0 };
  let worst: number | null = null;
  for (const { ok, failures, rejected } of series.points) {
    sum.ok += ok;
    sum.failures += failures;
    sum.rejected += rejected;
    const calls = ok + failures;
    if (calls > 0) worst = Math.max(worst ?? 0, failures / calls);
  }
  const made = sum.ok + sum.failures;
  const whole = ofTheWhole(entries);
  const outages = new Set(whole.filter(beginsOutage).map(({ outageId }) => outageId)).size;
  const rounds = whole.reduce((sum, { foldedRounds }) => sum + (foldedRounds?.count ?? 0), 0);
  return [
    `- Not closed for ${formatDuration(notClosedMs({ entries, from, to }))}, ${plural(outages, 'outage')}, ${plural(rounds, 'failed probe round')}`,
    `- ${made.toLocaleString('en-US')} calls made, ${sum.failures.toLocaleString('en-US')} failed (${formatShare(made === 0 ? null : sum.failures / made)})`,
    `- ${sum.rejected.toLocaleString('en-US')} calls rejected in place of waiting for the dependency`,
    `- Worst ${formatDuration(series.stepMs)}: ${formatShare(worst)} failed`,
    ...latencyLines(incident),
  ];
}

/** One breaker's incident as Markdown, for the post-mortem. Times are UTC. */
export function incidentReport(incident: Incident): string {
  const { breaker, environment, entries, from, to, link } = incident;
  const about = [breaker.owner === '' ? '' : `owner ${breaker.owner}`, ...breaker.tags];
  return [
    `# Incident: ${plain(breaker.key)} in ${plain(environment)}`,
    '',
    `${formatDateTime(from, 'utc')} to ${formatDateTime(to, 'utc')} (${formatDuration(to - from)})${about
      .filter((part) => part !== '')
      .map((part) => `, ${plain(part)}`)
      .join('')}`,
    '',
    ...figures(incident),
    `- <${link}>`,
    '',
    '## Timeline',
    '',
    ...(entries.length === 0
      ? ['Nothing is on the record for this time.']
      : [
          '| UTC | What | State (admission) | Who | Why |',
          '| --- | --- | --- | --- | --- |',
          ...timeline(entries),
        ]),
    '',
  ].join('\n');
}
