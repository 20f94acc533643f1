import { parseArgs } from 'node:util';
import { explain } from './explain.js';
import { openStores } from './platform-stores.js';
import { repositoryPath } from './repository.js';
import { isUsageError, readOptions } from './usage.js';

const HELP = `Brings the database up to date with this version, and gives the servers' role its rights.
"npm start" does so automatically. Do it manually before you start API and workers under your own supervisor.

Usage: npm run migrate -- [options]

  --data-dir <dir>  of the embedded database (default: .recloser; also RECLOSER_DATA_DIR)
  --help            this text

Environment: DATABASE_URL (your PostgreSQL instead of the embedded one, as the servers use it),
DATABASE_ADMIN_URL (the same as its owner; default: DATABASE_URL) and AUTH_SECRET (the API's: from then on, the
database takes sessions, passwords and people's actions only from an API with this secret). Nothing is downloaded.
Run it before you replace the processes. The changelog says when processes of an earlier version cannot write beside the new schema.
`;

const OPTIONS = {
  'data-dir': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The command `npm run migrate`. Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    const { values } = readOptions(Object.keys(OPTIONS), () =>
      parseArgs({ args: [...args], options: OPTIONS }),
    );
    if (values.help === true) {
      say(HELP);
      return 0;
    }
    const { DATABASE_URL: databaseUrl, DATABASE_ADMIN_URL: adminUrl } = process.env;
    const dataDir =
      values['data-dir'] ?? process.env['RECLOSER_DATA_DIR'] ?? repositoryPath('.recloser');
    const stores = await openStores(
      {
        ...(databaseUrl === undefined ? {} : { databaseUrl }),
        ...(adminUrl === undefined ? {} : { adminUrl }),
      },
      dataDir,
      say,
    );
    await stores.stop();
    const { applied } = stores;
    say(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}.`);
    return 0;
  } catch (error) {
    const usage = isUsageError(error);
    process.stderr.write(`${explain(error)}\n${usage ? 'See npm run migrate -- --help.\n' : ''}`);
    return usage ? 2 : 1;
  }
}
