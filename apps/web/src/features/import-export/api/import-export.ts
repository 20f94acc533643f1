import { api, type ImportResult } from '@recloser/protocol';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';

/** What the file does, or with `dryRun` would do. Throws ApiError `invalid_document` with `problems`. */
export function importDocument(
  place: EnvironmentRef,
  document: string,
  reason: string,
  dryRun: boolean,
): Promise<ImportResult> {
  return call(api.files.import, { params: place, query: { dryRun }, body: { document, reason } });
}
