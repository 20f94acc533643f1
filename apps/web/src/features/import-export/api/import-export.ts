import type { ImportResult } from '@recloser/protocol';
import { sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';

/** What the file does, or with `dryRun` would do. Throws ApiError `invalid_document` with `problems`. */
export async function importDocument(
  place: EnvironmentRef,
  document: string,
  reason: string,
  dryRun: boolean,
): Promise<ImportResult> {
  const path = `${resources.import(place)}?dryRun=${dryRun}`;
  return (await sendJson('POST', path, { body: { document, reason } })) as ImportResult;
}
