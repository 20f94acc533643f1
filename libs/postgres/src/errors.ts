import { isRecloserError, RecloserError } from '@recloser/protocol';

/** Text that PostgreSQL cannot keep: NUL, or half of a surrogate pair. */
const UNSTORABLE = new Set(['22021', '22P02', '22P05']);

/** SQLSTATEs, and whole classes of them, that say "not now" and nothing about the statement. */
const UNAVAILABLE: readonly string[] = [
  '08', // connection exceptions
  '25006', // read-only: a standby, or a primary that has stepped down
  '25P03', // idle in a transaction for too long
  '25P04', // a transaction took too long
  '40001', // could not serialise
  '40P01', // deadlock
  '53', // no space, no memory, too many connections
  '55P03', // a lock was not to be had in time
  '57014', // cancelled, or took too long
  '57P', // shut down, crashed, starting, database dropped, idle for too long
  '58', // errors of the operating system: I/O, files
];
/** Those after which the connection leads to a server that is not, or no longer, the one that takes writes. */
const WRONG_SERVER: readonly string[] = ['08', '25006', '57P'];
/** Unlogged tables on a standby: `feature_not_supported` means many things, so the text decides. */
const IN_RECOVERY = /during recovery/;

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'EPROTO',
  'ETIMEDOUT',
]);
/** What `pg` says, without a code, when a connection is not there, not yet or no more. */
const LOST =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|is not queryable|pool after calling end/;
const SILENCE = 'Query read timeout';

/** No answer came within the client's own time-out: nobody knows what became of the statement. */
export function isSilence(error: unknown): boolean {
  return error instanceof Error && error.message === SILENCE;
}

/** Whether the connection that failed so should not be used again. */
export function leadsAstray(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return (
    isSilence(error) ||
    LOST.test(error.message) ||
    NETWORK.has(code) ||
    startsWithAny(code, WRONG_SERVER) ||
    IN_RECOVERY.test(error.message)
  );
}

/** Turns what the driver throws into an error with a stable code, where there is one. */
export function translate(error: unknown): unknown {
  if (isRecloserError(error) || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (UNSTORABLE.has(code)) {
    return new RecloserError(
      'invalid_request',
      'A text holds a character that cannot be stored (NUL or half of a surrogate pair). Remove it.',
      {},
      error,
    );
  }
  if (code === '25006' || IN_RECOVERY.test(error.message)) {
    return new RecloserError(
      'unavailable',
      'The database is read-only at the moment (a failover, or a standby). Nothing was changed. Try again.',
      {},
      error,
    );
  }
  if (startsWithAny(code, UNAVAILABLE) || leadsAstray(error)) {
    return new RecloserError(
      'unavailable',
      `The database did not answer (${code === '' ? error.message : code}). Try again.`,
      {},
      error,
    );
  }
  return error;
}

/** What a write on a read-only server would throw. */
export function readOnly(): Error {
  return Object.assign(new Error('the server is read-only'), { code: '25006' });
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function startsWithAny(code: string, starts: readonly string[]): boolean {
  return starts.some((start) => code.startsWith(start));
}
