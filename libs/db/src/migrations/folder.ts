import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SchemaEngine } from './engine.js';

export type MigrationList = Parameters<SchemaEngine['applyMigrations']>[0]['migrationsList'];

/** The repository's prisma folder; it lies as far from src as from dist. */
export const PRISMA_FOLDER = fileURLToPath(new URL('../../../../prisma/', import.meta.url));

/** The migrations on disk, as the engine wants them. */
export async function readMigrations(folder = PRISMA_FOLDER): Promise<MigrationList> {
  const baseDir = join(folder, 'migrations');
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const read = (name: string) => readFile(join(baseDir, name, 'migration.sql'), 'utf8');
  return {
    baseDir,
    lockfile: {
      path: 'migration_lock.toml',
      content: await readFile(join(baseDir, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok' as const, value: await read(name) },
        },
      })),
    ),
  };
}

/** The text of schema.prisma. */
export function readSchema(folder = PRISMA_FOLDER): Promise<string> {
  return readFile(join(folder, 'schema.prisma'), 'utf8');
}
