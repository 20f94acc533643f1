import { formatAdmission, TRIGGER_ACTIONS, type TriggerAction } from '@recloser/core';
import { api, type TriggerInfo } from '@recloser/protocol';
import { Argument, type Command } from 'commander';
import { sessionOf } from '../session.js';
import { table, timeText } from '../table.js';
import { readDuration, readPercent } from '../values.js';

const effectOf = ({ action, admission, durationMs }: TriggerInfo): string =>
  [action, admission === null ? '' : formatAdmission(admission), `${durationMs / 1_000}s`]
    .filter((part) => part !== '')
    .join(' ');

const rowOf = (trigger: TriggerInfo): string[] => [
  trigger.id,
  trigger.name,
  trigger.archived ? `${trigger.breaker} (archived)` : trigger.breaker,
  effectOf(trigger),
  timeText(trigger.lastUsedAt),
  timeText(trigger.revokedAt),
];

interface CreateOptions {
  readonly name: string;
  readonly for: string;
  readonly admit?: string;
}

export function addTriggers(program: Command): void {
  const triggers = program
    .command('trigger')
    .description('manage secret URLs for monitoring systems');
  triggers
    .command('list')
    .description('list triggers, revoked ones too')
    .action(async (_options: unknown, command: Command) => {
      const { client, place, show } = await sessionOf(command);
      const found = await client.call(api.triggers.list, { params: place });
      const headings = ['ID', 'NAME', 'BREAKER', 'DOES', 'LAST CALLED', 'REVOKED'];
      show(
        found,
        found.length === 0 ? 'There are no triggers.' : table(headings, found.map(rowOf)),
      );
    });
  triggers
    .command('create')
    .description('print the URL of a new trigger, this once')
    .addArgument(new Argument('<action>', 'what it does').choices(TRIGGER_ACTIONS))
    .argument('<breaker>')
    .requiredOption('--for <duration>', 'how long what it does lasts: 10s to 7d')
    .requiredOption('--name <name>', 'what calls it; the audit log shows it')
    .option('--admit <share>', 'for dim: how much it admits, such as 25%')
    .action(
      async (action: TriggerAction, breaker: string, options: CreateOptions, command: Command) => {
        const durationMs = readDuration(options.for);
        const admission = options.admit === undefined ? undefined : readPercent(options.admit);
        const { client, place, show } = await sessionOf(command);
        const body = { name: options.name, breaker, action, durationMs, admission };
        const created = await client.call(api.triggers.create, { params: place, body });
        show(created, client.url + created.path);
      },
    );
  triggers
    .command('revoke <id>')
    .description('end a trigger for good')
    .requiredOption('-r, --reason <text>', 'why; the audit log keeps it')
    .action(async (id: string, { reason }: { reason: string }, command: Command) => {
      const { client, place, show } = await sessionOf(command);
      const params = { ...place, id };
      const ended = await client.call(api.triggers.revoke, { params, body: { reason } });
      show(ended, `Revoked at ${timeText(ended.revokedAt)}.`);
    });
}
