import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PlatformError } from './errors.js';

/** The account that the database server runs as; `undefined` means our own. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root uses the system account `postgres`, which is created
 * when missing. Anybody else runs it under their own account.
 */
export function serverAccount(say?: (line: string) => void): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account = lookUp('postgres') ?? create(say) ?? lookUp('nobody');
  if (account !== undefined) return account;
  throw new PlatformError(
    'platform_unsupported',
    'PostgreSQL cannot run as root and no account could be created for it. Run this as an ordinary user, create a user named "postgres", or set DATABASE_URL.',
  );
}

/** Makes a directory that the account owns and nobody else can read. */
export function ownDirectory(path: string, account: Account | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  if (account) chownSync(path, account.uid, account.gid);
}

/** True when the account can reach (traverse) everything down to `path`, which must exist. */
export function canReach(path: string, account: Account | undefined): boolean {
  if (account === undefined) return true;
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function lookUp(name: string): Account | undefined {
  try {
    const id = (flag: string) => Number(run('id', [flag, name]).trim());
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function create(say?: (line: string) => void): Account | undefined {
  say?.(
    'This runs as root, as which PostgreSQL does not run: creating the system user "postgres" for it.',
  );
  const attempts: [string, string[]][] = [
    [
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'],
    ],
    ['adduser', ['-S', '-D', '-H', 'postgres']],
  ];
  for (const [command, args] of attempts) {
    try {
      run(command, args);
      return lookUp('postgres');
    } catch {
      continue;
    }
  }
  return undefined;
}

function run(command: string, args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
