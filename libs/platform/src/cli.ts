import { parseArgs } from 'node:util';
import { explain } from './explain.js';
import type { PlatformOptions } from './platform-options.js';
import { repositoryPath } from './repository.js';
import { startPlatform } from './start-platform.js';
import { isUsageError, readOptions, UsageError } from './usage.js';

const HELP = `Starts Recloser on this machine: database, workers, API and console.

Usage: npm start -- [options]

  --port <n>        listen on exactly this port (default: 4400 or the next free one; also PORT)
  --host <address>  listen on this address (default: 127.0.0.1; also HOST)
  --data-dir <dir>  keep database, secrets and logs here (default: .recloser; also RECLOSER_DATA_DIR)
  --workers <n>     how many workers to run (default: 1)
  --no-web          without the console
  --ephemeral       a temporary database that is gone when this ends
  --help            this text

Started as root, it runs PostgreSQL as the system user "postgres", and creates that user when there is none.

Environment: DATABASE_URL (your PostgreSQL instead of the embedded one), DATABASE_ADMIN_URL
(its owner, for migrations), REDIS_URL (queues, bus and signals on Redis or Valkey), REDIS_SENTINELS and
REDIS_CA_FILE (its Sentinels and authority), ADMIN_EMAIL and ADMIN_PASSWORD (the first administrator of a
new database), AUTH_SECRET, METRICS_TOKEN, LOG_LEVEL. docs/operations.md has all of them.
`;

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  'data-dir': { type: 'string' },
  workers: { type: 'string' },
  web: { type: 'boolean' },
  ephemeral: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What was asked for, or `help`. @throws Error that names a wrong argument. */
export function readArguments(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): PlatformOptions | 'help' {
  const { values } = readOptions(Object.keys(OPTIONS), () =>
    parseArgs({ args: [...args], allowNegative: true, options: OPTIONS }),
  );
  if (values.help === true) return 'help';
  const port = values.port ?? env['PORT'];
  const host = values.host ?? env['HOST'];
  return {
    dataDir: values['data-dir'] ?? env['RECLOSER_DATA_DIR'] ?? repositoryPath('.recloser'),
    web: values.web !== false,
    ephemeral: values.ephemeral === true,
    workers: values.workers === undefined ? 1 : whole('--workers', values.workers, 1, 64),
    ...(port === undefined ? {} : { port: whole('--port', port, 0, 65_535) }),
    ...(host === undefined ? {} : { host }),
    ...outsideStores(env),
  };
}

function outsideStores(env: Readonly<Record<string, string | undefined>>): PlatformOptions {
  const databaseUrl = env['DATABASE_URL'];
  const adminUrl = env['DATABASE_ADMIN_URL'];
  const redisUrl = env['REDIS_URL'];
  return {
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(adminUrl === undefined ? {} : { adminUrl }),
    ...(redisUrl === undefined ? {} : { redisUrl }),
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

/** Runs until a signal ends it. Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    const options = readArguments(args, process.env);
    if (options === 'help') {
      say(HELP);
      return 0;
    }
    const ended = untilSignal();
    const platform = await startPlatform({ ...options, log: say });
    say(`\nRecloser is ready: ${platform.url}   (Ctrl-C stops it)\n`);
    await ended;
    say('\nStopping …');
    await platform.stop();
    return 0;
  } catch (error) {
    const usage = isUsageError(error);
    process.stderr.write(`${explain(error)}\n${usage ? 'See npm start -- --help.\n' : ''}`);
    return usage ? 2 : 1;
  }
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    const handle = () => {
      asked += 1;
      // Whoever insists wants it to end now; the children notice that we are gone.
      if (asked >= 3) process.exit(130);
      resolve();
    };
    process.on('SIGINT', handle);
    process.on('SIGTERM', handle);
    process.on('SIGHUP', handle);
  });
}
