import type { Command } from 'commander';
import { print } from '../session.js';

/** Every command of the program with what can follow it: `token` → `list create revoke --json`. */
function wordsOf(command: Command, path = ''): string[] {
  const options = command.options.flatMap(({ long }) => long ?? []);
  const follow = [...command.commands.map((one) => one.name()), ...options, '--help'];
  return [
    `    '${path}') words='${follow.join(' ')}' ;;`,
    ...command.commands.flatMap((one) => wordsOf(one, `${path} ${one.name()}`.trim())),
  ];
}

const bash = (program: Command): string => `_recloser() {
  local word path='' words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word =~ ^[a-z]+$ ]] || break
    path="\${path:+$path }$word"
  done
  while :; do
    case "$path" in
${wordsOf(program).join('\n')}
    esac
    [[ -n $words || -z $path ]] && break
    [[ $path == *' '* ]] && path="\${path% *}" || path=''
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _recloser recloser`;

/** Every command of the program: `token create` → the words that can follow it. */
function followOf(command: Command, path: readonly string[] = []): string[] {
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
  const names = command.commands.map((one) => one.name());
  const isOpen =
    names.length === 0
      ? seen
      : [seen, `not __fish_seen_subcommand_from ${names.join(' ')}`]
          .filter((part) => part !== '')
          .join('; and ');
  const line = (what: string, about: string): string =>
    `complete -c recloser -f -n "${isOpen}" ${what} -d '${about.replaceAll("'", "\\'")}'`;
  return [
    ...command.commands.map((one) => line(`-a ${one.name()}`, one.description())),
    ...command.options.flatMap(({ long, description }) =>
      typeof long === 'string' && path.length > 0 ? [line(`-l ${long.slice(2)}`, description)] : [],
    ),
    ...command.commands.flatMap((one) => followOf(one, [...path, one.name()])),
  ];
}

export function addCompletion(program: Command): void {
  const completion = program.command('completion').description('print a completion script');
  completion
    .command('bash')
    .description('for ~/.bashrc: source <(recloser completion bash)')
    .action(() => {
      print(bash(program));
    });
  completion
    .command('fish')
    .description('for ~/.config/fish/config.fish: recloser completion fish | source')
    .action(() => {
      print(followOf(program).join('\n'));
    });
  completion
    .command('zsh')
    .description('for ~/.zshrc: source <(recloser completion zsh)')
    .action(() => {
      print(`autoload -U +X bashcompinit && bashcompinit\n${bash(program)}`);
    });
}
