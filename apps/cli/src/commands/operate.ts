import type { Command } from 'commander';
import { CliError, EXIT } from '../cli-error.js';

/** A program of the control plane itself; the command line is also used where there is none. */
interface OwnProgram {
  readonly main: (args: readonly string[]) => Promise<number>;
}

async function runOwn(name: 'migrate' | 'epoch', args: readonly string[]): Promise<void> {
  const address = `@recloser/platform/${name}`;
  let program: OwnProgram;
  try {
    program = (await import(address)) as OwnProgram;
  } catch {
    throw new CliError(
      EXIT.usage,
      'This needs the database, so it runs where the control plane is installed: in its folder or image.',
    );
  }
  process.exitCode = await program.main(args);
}

interface EpochOptions {
  readonly reason: string;
  readonly dataDir?: string;
  readonly all?: true;
}

/** What goes to the database itself: without a control plane that answers, and without a token. */
export function addOperating(program: Command): void {
  const dataDir = ['--data-dir <dir>', 'of the embedded database'] as const;
  program
    .command('migrate')
    .description('bring the database up to date (DATABASE_URL, DATABASE_ADMIN_URL)')
    .option(...dataDir)
    .action(async (options: Pick<EpochOptions, 'dataDir'>) => {
      await runOwn('migrate', dataDirOf(options));
    });
  program
    .command('epoch')
    .description('manage epochs (DATABASE_URL)')
    .command('renew')
    .description('have every SDK of the environment take a full snapshot')
    .requiredOption('-r, --reason <text>', 'why; the audit log keeps it')
    .option('--all', 'in all environments')
    .option(...dataDir)
    .action(async (options: EpochOptions, command: Command) => {
      const { project, environment } = command.optsWithGlobals<Record<string, string>>();
      const place = options.all ? [] : ['--environment', `${project ?? ''}/${environment ?? ''}`];
      await runOwn('epoch', ['--reason', options.reason, ...place, ...dataDirOf(options)]);
    });
}

const dataDirOf = ({ dataDir }: Pick<EpochOptions, 'dataDir'>): string[] =>
  dataDir === undefined ? [] : ['--data-dir', dataDir];
