import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PlatformError, systemCode } from './errors.js';
import { type Account, canReach } from './postgres-account.js';
import { writableRoot } from './postgres-binaries.js';
import { inspectCluster } from './postgres-cluster.js';
import { commandLine, isAlive, startMark } from './processes.js';

/** What the launcher remembers about its database server. Kept readable by its owner only. */
export interface PostgresNotes {
  readonly password: string;
  readonly port: number;
}

/** The folder that holds (or will hold) the database cluster of a data folder. */
export function clusterDirectory(dataDir: string, account: Account | undefined): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  if (account === undefined) return join(dataDir, 'postgres');
  // The server's account must be able to pass through; secrets in here have modes of their own.
  chmodSync(dataDir, 0o755);
  const here = join(dataDir, 'postgres');
  // Data that is here already is used or refused, never passed over.
  if (canReach(dataDir, account) || inspectCluster(here).kind === 'ready') return here;
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const elsewhere = join(writableRoot(), name);
  mkdirSync(elsewhere, { recursive: true, mode: 0o755 });
  writeFileSync(join(dataDir, 'postgres-is-in'), `${elsewhere}\n`);
  return join(elsewhere, 'postgres');
}

/** Reads what was noted about the server, or makes up a password for a new one. */
export function readNotes(dataDir: string): PostgresNotes {
  try {
    const value: unknown = JSON.parse(readFileSync(notesFile(dataDir), 'utf8'));
    if (typeof value === 'object' && value !== null && 'password' in value && 'port' in value) {
      return { password: String(value.password), port: Number(value.port) || 0 };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError) && systemCode(error) !== 'ENOENT') throw error;
  }
  return { password: randomBytes(24).toString('base64url'), port: 0 };
}

export function writeNotes(dataDir: string, notes: PostgresNotes): void {
  writeFileSync(notesFile(dataDir), `${JSON.stringify(notes)}\n`, { mode: 0o600 });
}

export function hasNotes(dataDir: string): boolean {
  return existsSync(notesFile(dataDir));
}

const notesFile = (dataDir: string) => join(dataDir, 'postgres.json');
const lockFile = (dataDir: string) => join(dataDir, 'launcher.lock');

/**
 * Makes this process the only launcher of a data folder. Returns the release.
 * @throws PlatformError `platform_already_running` while another one is alive.
 */
export function lockHome(dataDir: string): () => void {
  const path = lockFile(dataDir);
  const mine = JSON.stringify({ pid: process.pid, mark: startMark(process.pid) });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o644 });
      return () => {
        if (existsSync(path) && readFileSync(path, 'utf8') === mine) rmSync(path);
      };
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const holder = readHolder(path);
    if (holder !== undefined) throw alreadyRunning(dataDir, holder);
    rmSync(path, { force: true });
  }
  throw alreadyRunning(dataDir, undefined);
}

function readHolder(path: string): number | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value)) return undefined;
    const pid = Number(value.pid);
    const mark = 'mark' in value ? value.mark : undefined;
    const alive = isAlive(pid) && startMark(pid) === mark && commandLine(pid) !== '';
    return alive ? pid : undefined;
  } catch {
    return undefined;
  }
}

function alreadyRunning(dataDir: string, pid: number | undefined): PlatformError {
  const who = pid === undefined ? '' : ` (process ${String(pid)})`;
  return new PlatformError(
    'platform_already_running',
    `Recloser is already running with the data in ${dataDir}${who}. Stop it first, or start a second one with --data-dir.`,
  );
}

/** @throws PlatformError `postgres_data_not_ours` when another account made the cluster. */
export function checkOwner(directory: string, account: Account | undefined): void {
  const uid = account?.uid ?? process.getuid?.();
  const { uid: owner } = statSync(directory);
  if (uid === undefined || owner === uid) return;
  throw new PlatformError(
    'postgres_data_not_ours',
    `The database in ${directory} belongs to the account with id ${String(owner)}, this is ${String(uid)}. Start Recloser with the account that made it (or as root if root did), or choose another folder with --data-dir instead of ${dirname(directory)}.`,
  );
}
