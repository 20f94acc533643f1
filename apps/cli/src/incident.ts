import { formatAdmission, formatDuration, partitionName } from '@recloser/core';
import { api, type AuditEntry, type AuditPage, type Series } from '@recloser/protocol';
import { z } from 'zod';
import type { Session } from './session.js';

interface Incident {
  readonly key: string;
  readonly place: string;
  readonly from: number;
  readonly to: number;
  /** The oldest first. */
  readonly entries: readonly AuditEntry[];
  readonly series: Series;
}

async function entriesOf(
  { client, place }: Session,
  key: string,
  from: number,
  to: number,
): Promise<readonly AuditEntry[]> {
  const found: AuditEntry[] = [];
  let cursor: string | undefined;
  do {
    const query = { breaker: key, from, to, limit: 200, probeRounds: 'fold', cursor } as const;
    const page: AuditPage = await client.call(api.audit.list, { params: place, query });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found.reverse();
}

/** As text that Markdown leaves alone, in one cell. */
const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').replace(/([\\|`*_<>[\]])/g, '\\$1');

/** What the log keeps of a state: its kind, whole or as a word. */
const recorded = z.object({
  state: z.union([z.string(), z.object({ kind: z.string() }).transform(({ kind }) => kind)]),
  admission: z.number().optional(),
});

function stateOf({ after, evidence }: AuditEntry): string {
  const { data } = recorded.safeParse(after);
  if (data === undefined) return '';
  const share = data.admission === undefined ? '' : ` (${formatAdmission(data.admission)})`;
  const part = evidence?.scope === undefined ? '' : `${partitionName(evidence.scope)}: `;
  return `${part}${data.state}${share}`;
}

function rowOf(entry: AuditEntry): string {
  const { at, action, actor, reason, evidence, foldedRounds } = entry;
  const rounds =
    foldedRounds === undefined ? '' : ` Then ${foldedRounds.count} failed probe rounds.`;
  const why = (reason === '' ? (evidence?.summary ?? '') : `“${reason}”`) + rounds;
  const cells = [new Date(at).toISOString(), action, stateOf(entry), actor.name, why];
  return `| ${cells.map(plain).join(' | ')} |`;
}

function figuresOf({ points }: Series): string {
  const sum = { ok: 0, failures: 0, rejected: 0 };
  for (const { ok, failures, rejected } of points) {
    sum.ok += ok;
    sum.failures += failures;
    sum.rejected += rejected;
  }
  const made = sum.ok + sum.failures;
  const share = made === 0 ? '' : ` (${((100 * sum.failures) / made).toFixed(1)}%)`;
  return `${made} calls made, ${sum.failures} failed${share}, ${sum.rejected} rejected.`;
}

/** A breaker's incident as Markdown. Times are UTC. */
export function incidentText({ key, place, from, to, entries, series }: Incident): string {
  const span = [from, to].map((at) => new Date(at).toISOString()).join(' to ');
  const table = [
    '| UTC | What | State (admission) | Who | Why |',
    '| --- | --- | --- | --- | --- |',
    ...entries.map(rowOf),
  ];
  return [
    `# Incident: ${plain(key)} in ${plain(place)}`,
    `${span} (${formatDuration(to - from)})`,
    figuresOf(series),
    '## Timeline',
    entries.length === 0 ? 'Nothing is on the record for this time.' : table.join('\n'),
  ].join('\n\n');
}

/** What the control plane knows of a breaker between two times. @throws CliError refused, unreachable */
export async function incidentOf(
  session: Session,
  key: string,
  from: number,
  to: number,
): Promise<Incident> {
  const { client, place } = session;
  const series = await client.call(api.breakers.series, {
    params: { ...place, key },
    query: { from, to },
  });
  const entries = await entriesOf(session, key, from, to);
  return { key, place: `${place.project}/${place.environment}`, from, to, entries, series };
}
