import { ROLES, type Role } from '@recloser/core';
import { api, type ApiToken } from '@recloser/protocol';
import { Option, type Command } from 'commander';
import { sessionOf } from '../session.js';
import { table, timeText } from '../table.js';
import { readTime } from '../values.js';

const placeText = ({ project, environment }: ApiToken): string =>
  project === null ? 'everywhere' : [project, environment ?? '*'].join('/');

function stateText({ revokedAt, expiresAt }: ApiToken): string {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= Date.now() ? 'expired' : 'in force';
}

const rowOf = (token: ApiToken): string[] => [
  token.id,
  token.name,
  token.role,
  placeText(token),
  stateText(token),
  timeText(token.lastUsedAt),
  timeText(token.expiresAt),
];
const HEADINGS = ['ID', 'NAME', 'ROLE', 'WORKS IN', 'STATE', 'LAST USED', 'EXPIRES'];

const endOf = (expires: string | undefined): number | undefined =>
  expires === undefined ? undefined : readTime(expires, Date.now());

interface CreateOptions {
  readonly role: Role;
  readonly only?: string;
  readonly expires?: string;
}

export function addTokens(program: Command): void {
  const tokens = program.command('token').description('manage API tokens');
  tokens
    .command('list')
    .description('list API tokens, the newest first')
    .action(async (_options: unknown, command: Command) => {
      const session = await sessionOf(command);
      const found = await session.client.call(api.tokens.list);
      session.show(found, table(HEADINGS, found.map(rowOf)));
    });
  tokens
    .command('create <name>')
    .description('create an API token and print it, this once')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('viewer'))
    .option('--only <place>', 'limit it to a project, or to project/environment')
    .option('--expires <time>', 'when it ends: 90d, a time, or never; default 90 days')
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const session = await sessionOf(command);
      const { role, only, expires } = options;
      const [project = null, environment = null] = only?.split('/') ?? [];
      const expiresAt = expires === 'never' ? null : endOf(expires);
      const body = { name, role, project, environment, expiresAt };
      const created = await session.client.call(api.tokens.create, { body });
      session.show(created, created.token);
    });
  tokens
    .command('revoke <id>')
    .description('end an API token for good')
    .requiredOption('-r, --reason <text>', 'why; the audit log keeps it')
    .action(async (id: string, { reason }: { reason: string }, command: Command) => {
      const session = await sessionOf(command);
      const input = { params: { id }, body: { reason } };
      const ended = await session.client.call(api.tokens.revoke, input);
      session.show(ended, `Revoked at ${timeText(ended.revokedAt)}.`);
    });
}
