import { createMigration, diagnoseMigrations, migrate } from './migrations/migrate.js';

const USAGE = `Usage: npm run migrations -w @recloser/db -- <command>
  apply          bring the database up to date
  status         compare database, migrations and schema.prisma; exits 1 when they differ
  create <name>  write a migration for what changed in schema.prisma
The database's owner is named by DATABASE_ADMIN_URL. Nothing is downloaded.`;

process.exitCode = await run(process.argv.slice(2), process.env['DATABASE_ADMIN_URL'] ?? '');

async function run([command, name]: readonly string[], url: string): Promise<number> {
  if (url === '') return say(`DATABASE_ADMIN_URL is not set.\n${USAGE}`, 2);
  switch (command) {
    case 'apply': {
      const { applied } = await migrate(url);
      return say(applied.length === 0 ? 'Up to date.' : `Applied: ${applied.join(', ')}`, 0);
    }
    case 'status': {
      const { pending, failed, edited, drift } = await diagnoseMigrations(url);
      const same = pending.length + failed.length + edited.length === 0 && drift === '';
      const lists = Object.entries({ pending, failed, edited });
      const lines = lists.map(([title, names]) => `${title}: ${names.join(', ') || 'none'}`);
      return say([...lines, `drift: ${drift || 'none'}`].join('\n'), same ? 0 : 1);
    }
    case 'create': {
      if (name === undefined) return say(USAGE, 2);
      const written = await createMigration(url, name);
      return say(written === null ? 'Nothing to do.' : `Written: ${written}`, 0);
    }
    default:
      return say(USAGE, 2);
  }
}

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`);
  return code;
}
