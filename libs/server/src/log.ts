import { pino, type DestinationStream, type Logger } from 'pino';

/** Structured log. `error` means that a person must act; what heals itself is `warn` or less. */
export type Log = Logger;

export interface LogOptions {
  /** Process kind, e.g. "api". */
  readonly name: string;
  readonly level: string;
  /** Where lines go; standard output by default. */
  readonly destination?: DestinationStream;
}

// Secrets and whom a call was for never reach a log, however deep a caller nests them.
const secret = ['authorization', 'cookie', 'password', 'token', 'sdkKey', 'accountId', 'context'];
const paths = secret.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);

/** One JSON line per event, with an ISO time, the level's name, and secrets and account ids removed. */
export function createLog({ name, level, destination }: LogOptions): Log {
  const options = {
    name,
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: plainError },
    redact: { paths: [...paths, '*["set-cookie"]', '*.*["set-cookie"]'], censor: '[redacted]' },
  };
  return pino(options, destination ?? standardOutput());
}

/** Of an error what explains it: drivers hang whole connections, with their settings, on theirs. */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name: type, message, stack, cause } = error;
  const code = 'code' in error ? { code: error.code } : {};
  return { type, message, ...code, stack, ...(cause ? { cause: plainError(cause) } : {}) };
}

/**
 * Node's own stream: on POSIX it writes in place, and when the reader has gone it says so once. pino's
 * default writer retries a broken pipe for ever inside `fatal`, which would keep an orphan alive.
 */
function standardOutput(): DestinationStream {
  if (!process.stdout.listeners('error').includes(ignore)) process.stdout.on('error', ignore);
  return process.stdout;
}
const ignore = (): void => undefined;
