import { formatAdmission, formatDuration, partitionName } from '@recloser/core';
import { api, type AuditEntry, type AuditPage, type Series } from '@recloser/protocol';
import type { Command } from 'commander';
import { z } from 'zod';
import { sessionOf, type Session } from '../session.js';
import { readSince } from '../values.js';

interface IncidentOptions {
  readonly since: string;
  readonly until?: string;
}

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

export function addIncident(program: Command): void {
  program
    .command('incident <breaker>')
    .description('print what happened to a breaker, as Markdown')
    .option('--since <time>', 'a time, or how long ago, such as 2h', '1h')
    .option('--until <time>', 'the same; default now')
    .action(async (key: string, { since, until }: IncidentOptions, command: Command) => {
      const now = Date.now();
      const [from, to] = [readSince(since, now), until === undefined ? now : readSince(until, now)];
      const session = await sessionOf(command);
      const entries = await entriesOf(session, key, from, to);
      const series = await session.client.call(api.breakers.series, {
        params: { ...session.place, key },
        query: { from, to },
      });
      const place = `${session.place.project}/${session.place.environment}`;
      const incident = { key, place, from, to, entries, series };
      session.show(incident, incidentText(incident));
    });
}
