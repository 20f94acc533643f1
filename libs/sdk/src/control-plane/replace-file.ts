import { rename, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';

/**
 * Replaces a file in one step; readable by its owner only. Rejects, and leaves nothing behind, when it cannot.
 * `random` (0 ≤ x < 1) names the file of this write alone: others of this process may be at it, too.
 */
export async function replaceFile(path: string, text: string, random: number): Promise<void> {
  const temporary = `${path}.${process.pid}.${random.toString(36).slice(2)}`;
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
