import { isRecloserError } from '@recloser/protocol';
import { isPlatformError, systemCode } from './errors.js';
import { isUsageError } from './usage.js';

/** What the system says of a file that cannot be used, and what to do about it. */
const FILE_WORDS: Readonly<Record<string, string>> = {
  EACCES: 'this account has no right to',
  EPERM: 'this account has no right to',
  EROFS: 'it is on a file system that can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of this account is used up',
  ENOTDIR: 'a part of the path is a file and not a folder',
  EEXIST: 'a file is in its place',
  EISDIR: 'it is a folder and not a file',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
};

const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);

/** A sentence for what is to be expected, and the whole stack for what is not. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isPlatformError(error) || isUsageError(error) || isRecloserError(error)) {
    return error.message;
  }
  return fileWords(error) ?? networkWords(error) ?? error.stack ?? error.message;
}

function fileWords(error: Error): string | undefined {
  const why = FILE_WORDS[systemCode(error) ?? ''];
  if (why === undefined || !('path' in error) || typeof error.path !== 'string') return undefined;
  return `${error.path} cannot be used: ${why}. Mend that, or choose another folder with --data-dir.`;
}

function networkWords(error: Error): string | undefined {
  const code = systemCode(error);
  if (code === undefined || !NETWORK_CODES.has(code)) return undefined;
  const where = 'address' in error && 'port' in error ? ` at ${addressOf(error)}` : '';
  return `The database${where} cannot be reached (${code}). Check DATABASE_URL, DATABASE_ADMIN_URL and REDIS_URL.`;
}

const addressOf = (error: object): string =>
  ['address', 'port'].map((part) => String(Reflect.get(error, part))).join(':');
