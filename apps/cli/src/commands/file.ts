import { api, environmentDocumentJsonSchema, type ImportResult } from '@recloser/protocol';
import type { Command } from 'commander';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { CliError, EXIT } from '../cli-error.js';
import { differs, isPruned, planText } from '../plan-text.js';
import { print, sessionOf, type Session } from '../session.js';

interface FileOptions {
  readonly file: string;
  readonly prune?: boolean;
}

interface ApplyOptions extends FileOptions {
  readonly reason: string;
  readonly yes?: boolean;
}

async function documentIn(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.usage, `${file} cannot be read: ${(error as Error).message}.`);
  }
}

interface Sent {
  readonly document: string;
  readonly reason: string;
  readonly prune: boolean;
  readonly dryRun: boolean;
  readonly stamp?: string;
}

function send({ client, place }: Session, { dryRun, prune, ...body }: Sent): Promise<ImportResult> {
  return client.call(api.files.import, { params: place, query: { dryRun, prune }, body });
}

/** Asks whether a plan that archives is to be carried out. @throws CliError when nobody can be asked, or says no */
async function confirm(plan: ImportResult): Promise<void> {
  if (!process.stdin.isTTY) {
    const message =
      'This archives or removes settings. Look at the plan with diff --prune, then add --yes.';
    throw new CliError(EXIT.usage, message, plan);
  }
  process.stderr.write(`${planText(plan)}\n`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Apply this plan? Only "yes" does. ');
  terminal.close();
  if (answer.trim() !== 'yes') throw new CliError(EXIT.refused, 'Nothing was changed.');
}

async function apply(session: Session, options: ApplyOptions): Promise<ImportResult> {
  const { file, reason, prune = false, yes = false } = options;
  const document = await documentIn(file);
  if (!prune || yes) return send(session, { document, reason, prune, dryRun: false });
  const plan = await send(session, { document, reason, prune, dryRun: true });
  if (plan.items.some(isPruned)) await confirm(plan);
  // What was shown is done, or nothing.
  return send(session, { document, reason, prune, dryRun: false, stamp: plan.stamp });
}

const FILE = ['-f, --file <path>', 'the YAML file; - is standard input'] as const;
const PRUNE = [
  '--prune',
  'also archive breakers, and remove segments and schedules, that the file does not name',
] as const;

export function addFiles(program: Command): void {
  program
    .command('export')
    .description('print the settings of the environment as YAML')
    .option('-f, --file <path>', 'write them there instead')
    .action(async ({ file }: Partial<FileOptions>, command: Command) => {
      const { client, place } = await sessionOf(command);
      const yaml = await (await client.send(api.files.export, { params: place })).text();
      if (file === undefined) process.stdout.write(yaml);
      else await writeFile(file, yaml);
    });
  program
    .command('schema')
    .description('print the JSON Schema of the YAML file, for editors')
    .action(() => {
      print(JSON.stringify(environmentDocumentJsonSchema(), null, 2));
    });
  program
    .command('diff')
    .description('show what apply would change; exit code 4 if anything')
    .requiredOption(...FILE)
    .option(...PRUNE)
    .action(async ({ file, prune = false }: FileOptions, command: Command) => {
      const session = await sessionOf(command);
      const document = await documentIn(file);
      const result = await send(session, { document, reason: 'diff', prune, dryRun: true });
      session.show(result, planText(result));
      if (result.items.some(differs)) process.exitCode = EXIT.differs;
    });
  program
    .command('apply')
    .description('create and change what the file names, all or nothing')
    .requiredOption(...FILE)
    .requiredOption('-r, --reason <text>', 'why; the audit log keeps it')
    .option(...PRUNE)
    .option('-y, --yes', 'do not ask before something is archived')
    .action(async (options: ApplyOptions, command: Command) => {
      const session = await sessionOf(command);
      const result = await apply(session, options);
      session.show(result, planText(result));
    });
}
