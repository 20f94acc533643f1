import type { ImportItem, ImportResult } from '@recloser/protocol';
import type { Command } from 'commander';
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { CliError, EXIT } from '../cli-error.js';
import { sessionOf, type Session } from '../session.js';
import { printable } from '../table.js';

interface FileOptions {
  readonly file: string;
  readonly reason: string;
}

async function documentIn(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.usage, `${file} cannot be read: ${(error as Error).message}.`);
  }
}

async function send(
  { client, path }: Session,
  { file, reason }: FileOptions,
  dryRun: boolean,
): Promise<ImportResult> {
  const document = await documentIn(file);
  return client.json('POST', `${path}/import?dryRun=${dryRun}`, { document, reason });
}

const SIGNS = { created: '+', changed: '~', same: ' ', only_here: '?' } as const;

const differs = ({ status }: ImportItem): boolean => status === 'created' || status === 'changed';

const valueText = (value: unknown): string =>
  value === undefined ? 'none' : printable(JSON.stringify(value));

function itemLines({ kind, key, status, changes, warnings = [] }: ImportItem): string[] {
  return [
    `${SIGNS[status]} ${kind} ${printable(key)}`,
    ...(status === 'changed' ? changes : []).map(
      ({ path, before, after }) =>
        `    ${printable(path)}: ${valueText(before)} -> ${valueText(after)}`,
    ),
    ...warnings.map((warning) => `    warning: ${printable(warning)}`),
  ];
}

/** The plan, with what stays as it is only as a number. */
function planOf({ items, dryRun }: ImportResult): string {
  const count = (status: ImportItem['status']): number =>
    items.filter((item) => item.status === status).length;
  const lines = items.filter(({ status }) => status !== 'same').flatMap(itemLines);
  const [create, change] = dryRun ? ['to create', 'to change'] : ['created', 'changed'];
  return [
    ...lines,
    `${count('created')} ${create}, ${count('changed')} ${change}, ${count('same')} the same, ${count('only_here')} not in the file and left alone.`,
  ].join('\n');
}

const FILE = ['-f, --file <path>', 'the YAML file; - is standard input'] as const;

export function addFiles(program: Command): void {
  program
    .command('export')
    .description('print the settings of the environment as YAML')
    .option('-f, --file <path>', 'write them there instead')
    .action(async ({ file }: Partial<FileOptions>, command: Command) => {
      const { client, path } = await sessionOf(command);
      const yaml = await (await client.send('GET', `${path}/export`)).text();
      if (file === undefined) process.stdout.write(yaml);
      else await writeFile(file, yaml);
    });
  program
    .command('diff')
    .description('show what apply would change; exit code 4 if anything')
    .requiredOption(...FILE)
    .action(async ({ file }: FileOptions, command: Command) => {
      const session = await sessionOf(command);
      const result = await send(session, { file, reason: 'diff' }, true);
      session.show(result, planOf(result));
      if (result.items.some(differs)) process.exitCode = EXIT.differs;
    });
  program
    .command('apply')
    .description('create and change what the file names, all or nothing')
    .requiredOption(...FILE)
    .requiredOption('-r, --reason <text>', 'why; the audit log keeps it')
    .action(async (options: FileOptions, command: Command) => {
      const session = await sessionOf(command);
      const result = await send(session, options, false);
      session.show(result, planOf(result));
    });
}
