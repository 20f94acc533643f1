import type { Command } from 'commander';
import { print } from '../session.js';
import { VERSION } from '../version.js';

/** Text that roff leaves alone. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replace(/^([.'])/gm, '\\&$1')
    .replaceAll('-', '\\-');

function leavesOf(command: Command, path: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[path.join(' '), command]];
  return command.commands.flatMap((one) => leavesOf(one, [...path, one.name()]));
}

const optionsOf = ({ options }: Command): string[] =>
  options.flatMap(({ flags, description }) => ['.TP', `.B ${plain(flags)}`, plain(description)]);

function commandPage([path, command]: readonly [string, Command]): string[] {
  const usage = command.usage().replace('[options]', '').trim();
  return [
    `.SS ${plain([path, usage].filter((part) => part !== '').join(' '))}`,
    plain(command.description()),
    ...optionsOf(command),
  ];
}

/** The manual page of the whole program, in roff. */
function manualPage(program: Command, after: string): string {
  const lines = [
    `.TH RECLOSER 1 "" "Recloser ${VERSION}" "User Commands"`,
    '.SH NAME',
    `recloser \\- ${plain(program.description())}`,
    '.SH SYNOPSIS',
    '.B recloser',
    '[options] command [arguments]',
    '.SH OPTIONS',
    ...optionsOf(program),
    '.SH COMMANDS',
    ...leavesOf(program).flatMap(commandPage),
    '.SH EXIT STATUS AND ENVIRONMENT',
    '.nf',
    plain(after.trim()),
    '.fi',
  ];
  return lines.join('\n');
}

export function addMan(program: Command, after: string): void {
  program
    .command('man')
    .description('print the manual page: recloser man | man -l -')
    .action(() => {
      print(manualPage(program, after));
    });
}
