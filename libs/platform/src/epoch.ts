import { createDatabase, type Database } from '@recloser/db';
import { isRecloserError, type Actor } from '@recloser/protocol';
import { hostname, userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { embeddedUrl } from './embedded-url.js';
import { isPlatformError } from './errors.js';
import { repositoryPath } from './repository.js';

const HELP = `Gives environments a new epoch, so that every SDK takes a full snapshot of what the database has.
Recloser does so automatically when it notices a restore or a failover. Do it manually after you have changed
or restored tables in place, or when an SDK and the console disagree.

Usage: npm run epoch -- --reason <text> [options]

  --reason <text>            why; kept in the audit log
  --environment <project/environment>  only this one (may be repeated; default: all)
  --data-dir <dir>           of the embedded database (default: .recloser; also RECLOSER_DATA_DIR)
  --help                     this text

Environment: DATABASE_URL (your PostgreSQL instead of the embedded one). It must be running.
`;

/** Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        reason: { type: 'string' },
        environment: { type: 'string', multiple: true },
        'data-dir': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      say(HELP);
      return 0;
    }
    if (values.reason === undefined || values.reason.trim() === '') {
      process.stderr.write(`Say why with --reason "…".\n\n${HELP}`);
      return 2;
    }
    const dataDir =
      values['data-dir'] ?? process.env['RECLOSER_DATA_DIR'] ?? repositoryPath('.recloser');
    const database = createDatabase(process.env['DATABASE_URL'] ?? embeddedUrl(dataDir), {
      maxConnections: 1,
      applicationName: 'recloser-epoch',
    });
    try {
      for (const line of await renew(database, values.environment ?? [], values.reason)) say(line);
    } finally {
      await database.close();
    }
    return 0;
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    return 1;
  }
}

async function renew(
  { environments }: Pick<Database, 'environments'>,
  names: readonly string[],
  reason: string,
): Promise<string[]> {
  const actor: Actor = { kind: 'user', id: null, name: `${userInfo().username}@${hostname()}` };
  const all = (await environments.list()).flatMap((project) =>
    project.environments.map(({ id, key }) => ({ id, name: `${project.key}/${key}` })),
  );
  const unknown = names.filter((name) => !all.some((one) => one.name === name));
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(', ');
    throw new Error(`There is no environment ${unknown.join(', ')}. There are ${known}.`);
  }
  const lines: string[] = [];
  for (const { id, name } of all) {
    if (names.length > 0 && !names.includes(name)) continue;
    const { epoch, seq } = await environments.renewEpoch(actor, id, reason);
    lines.push(`${name}: epoch ${epoch} from change ${seq} on`);
  }
  return lines;
}

function explain(error: unknown): string {
  if (isRecloserError(error) && error.code === 'unavailable') {
    return `${error.message} Is it running? The embedded database runs while "npm start" does.`;
  }
  if (isPlatformError(error) || isRecloserError(error)) return error.message;
  return error instanceof Error ? error.message : String(error);
}
