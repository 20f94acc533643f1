import type { AuditExportLine } from '@recloser/db';

/** One JSON object per line, with everything that a verifier needs. */
export async function* jsonLines(events: AsyncIterable<AuditExportLine>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
}

const COLUMNS = [
  'at',
  'actor',
  'actorKind',
  'actorId',
  'action',
  'breaker',
  'reason',
  'seq',
  'body',
  'chain',
  'chainSeq',
  'id',
  'prevHash',
  'hash',
] as const;

/** RFC 4180, with a header line. */
export async function* csvLines(events: AsyncIterable<AuditExportLine>): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for await (const event of events) {
    const { actor } = event;
    const row: Record<(typeof COLUMNS)[number], string | number | null> = {
      ...event,
      at: new Date(event.at).toISOString(),
      actor: actor.name,
      actorKind: actor.kind,
      actorId: actor.id,
    };
    yield `${COLUMNS.map((column) => csvCell(row[column])).join(',')}\r\n`;
  }
}

/** A text that a spreadsheet would take for a formula is marked as text: reasons are written by people. */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
