import { spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PlatformError } from './errors.js';
import { type Account, canReach, ownDirectory } from './postgres-account.js';
import { type PostgresBinaries } from './postgres-binaries.js';
import { commandLine, isAlive, signal, waitForExit } from './processes.js';

export const SUPERUSER = 'postgres';

export type ClusterState =
  | { readonly kind: 'absent' }
  /** initdb was killed half way: it never held data. */
  | { readonly kind: 'partial' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'ready'; readonly major: number };

/** What a data directory holds. */
export function inspectCluster(directory: string): ClusterState {
  if (!existsSync(directory)) return { kind: 'absent' };
  const entries = readdirSync(directory);
  if (entries.length === 0) return { kind: 'absent' };
  const versionFile = join(directory, 'PG_VERSION');
  const complete = existsSync(join(directory, 'global', 'pg_control')) && existsSync(versionFile);
  if (!complete) return { kind: looksLikeCluster(entries) ? 'partial' : 'foreign' };
  const major = Number.parseInt(readFileSync(versionFile, 'utf8'));
  if (Number.isNaN(major)) return { kind: 'partial' };
  return { kind: 'ready', major };
}

function looksLikeCluster(entries: readonly string[]): boolean {
  return entries.some((name) => name === 'PG_VERSION' || name === 'base' || name.startsWith('pg_'));
}

export interface InitialiseOptions {
  readonly directory: string;
  readonly password: string;
  readonly account: Account | undefined;
  readonly binaries: PostgresBinaries;
  /** Skips the flush to disk: for data that need not outlive a power cut. */
  readonly volatile: boolean;
}

/**
 * Creates a database cluster. It is built beside its place and moved there when whole, so that a
 * kill in between leaves nothing that could be mistaken for data.
 */
export async function initialiseCluster(options: InitialiseOptions): Promise<void> {
  const { directory, account } = options;
  const parent = dirname(directory);
  const drafts = `${basename(directory)}.init-`;
  for (const name of readdirSync(parent)) {
    if (name.startsWith(drafts)) rmSync(join(parent, name), { recursive: true, force: true });
  }
  const draft = mkdtempSync(join(parent, drafts));
  ownDirectory(draft, account);
  const secret = passwordFile(options.password, account);
  try {
    await runInitdb(options, draft, secret.path);
    rmSync(directory, { recursive: true, force: true });
    renameSync(draft, directory);
  } finally {
    rmSync(secret.folder, { recursive: true, force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

function passwordFile(password: string, account: Account | undefined) {
  let folder = mkdtempSync(join(tmpdir(), 'recloser-init-'));
  if (!canReach(dirname(folder), account)) {
    rmSync(folder, { recursive: true });
    folder = mkdtempSync('/tmp/recloser-init-');
  }
  const path = join(folder, 'password');
  writeFileSync(path, password, { mode: 0o600 });
  if (account) {
    chownSync(path, account.uid, account.gid);
    chownSync(folder, account.uid, account.gid);
  }
  return { folder, path };
}

function runInitdb(options: InitialiseOptions, draft: string, pwfile: string): Promise<void> {
  const { account, binaries } = options;
  const args = [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${pwfile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorts and folds alike on every machine, whatever locales it has.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    ...(options.volatile ? ['--no-sync'] : []),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(binaries.initdb, args, {
      ...account,
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code, by) => {
      if (code === 0) resolve();
      else reject(initFailed(code ?? by ?? 'no code', output));
    });
  });
}

function initFailed(code: number | string, output: string): PlatformError {
  return new PlatformError(
    'postgres_failed',
    `PostgreSQL could not be initialised (${code}). Its last words:\n${output.trim()}`,
  );
}

export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** The postmaster.pid of a data directory, as far as it is written. */
export function readPidFile(directory: string): PidFile | undefined {
  try {
    const lines = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number.parseInt(lines[0] ?? '');
    if (Number.isNaN(pid)) return undefined;
    return { pid, port: Number.parseInt(lines[3] ?? '0'), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/**
 * Stops a server that an earlier, killed launcher left behind in this directory and removes a pid
 * file that means nobody. Returns true when a server was stopped.
 */
export async function stopOrphan(directory: string): Promise<boolean> {
  const file = readPidFile(directory);
  if (file === undefined) return false;
  const ours = isAlive(file.pid) && commandLine(file.pid).includes(directory);
  if (!ours) {
    rmSync(join(directory, 'postmaster.pid'), { force: true });
    return false;
  }
  await stopServer(file.pid);
  return true;
}

/** A fast shutdown; after ten seconds an immediate one. */
export async function stopServer(pid: number): Promise<void> {
  for (const [name, patience] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    signal(pid, name);
    if (await waitForExit(pid, patience)) return;
  }
  throw new PlatformError(
    'postgres_failed',
    `The PostgreSQL server (process ${String(pid)}) does not stop. End it by hand and try again.`,
  );
}
