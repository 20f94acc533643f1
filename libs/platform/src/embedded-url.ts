import { PlatformError } from './errors.js';
import { hasNotes, readNotes } from './postgres-home.js';

/**
 * The URL of the embedded database of a data folder, as its owner; the server may not be running.
 * @throws PlatformError `child_failed` when there is none.
 */
export function embeddedUrl(dataDir: string): string {
  if (!hasNotes(dataDir)) {
    throw new PlatformError(
      'child_failed',
      `There is no embedded database in ${dataDir}. Name the folder with --data-dir, or your PostgreSQL in DATABASE_URL.`,
    );
  }
  const { password, port } = readNotes(dataDir);
  return `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/recloser`;
}
