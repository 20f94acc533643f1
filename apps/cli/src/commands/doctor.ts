import { api, type AnswerOf, type Me, type Project } from '@recloser/protocol';
import type { Command } from 'commander';
import { CliError, EXIT } from '../cli-error.js';
import { sessionOf, type Session } from '../session.js';
import { printable } from '../table.js';
import { VERSION } from '../version.js';

/** The Date header counts whole seconds. */
const CLOCK_TOLERANCE_MS = 3_000;

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
}

function clockCheck(date: string | null): Check {
  const ms = Date.now() - Date.parse(date ?? '');
  const seconds = `${(ms / 1_000).toFixed(1)} s`;
  return { name: 'clock', ok: Math.abs(ms) <= CLOCK_TOLERANCE_MS, text: `differs by ${seconds}` };
}

type ApiInfo = AnswerOf<typeof api.docs.document>['info'];

function versionCheck({ version, ...info }: ApiInfo): Check {
  const server = printable(info['x-recloser-version'] ?? 'of an unknown version');
  const text = `API version ${printable(version)}, this needs 1; control plane ${server}, command line ${VERSION}`;
  return { name: 'version', ok: version === '1', text };
}

function permissionCheck({ user, token }: Me): Check {
  const { project = null, environment = null, expiresAt = null } = token ?? {};
  const limits = project === null ? 'everywhere' : [project, environment ?? '*'].join('/');
  const end = expiresAt === null ? 'never' : new Date(expiresAt).toISOString();
  const text = `${printable(user.name)} is ${user.role}, works in ${limits}, expires ${end}`;
  return { name: 'permissions', ok: true, text };
}

function environmentCheck({ place }: Session, found: readonly Project[]): Check {
  const { project, environment } = place;
  const ok = found.some(
    ({ key, environments }) =>
      key === project && environments.some((one) => one.key === environment),
  );
  const name = printable(`${project}/${environment}`);
  return {
    name: 'environment',
    ok,
    text: `${name} ${ok ? 'exists' : 'is not there for this token'}`,
  };
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check the connection, clocks, version and permissions')
    .action(async (_options: unknown, command: Command) => {
      const session = await sessionOf(command);
      const { client } = session;
      const answer = await client.send(api.projects.me);
      const me = await client.read(api.projects.me, answer);
      const projects = await client.call(api.projects.list);
      const { info } = await client.call(api.docs.document);
      const checks: readonly Check[] = [
        { name: 'reachable', ok: true, text: client.url },
        clockCheck(answer.headers.get('date')),
        versionCheck(info),
        permissionCheck(me),
        environmentCheck(session, projects),
      ];
      session.show(
        checks,
        checks.map(({ name, ok, text }) => `${ok ? 'ok  ' : 'FAIL'} ${name}: ${text}`).join('\n'),
      );
      if (checks.some(({ ok }) => !ok)) throw new CliError(EXIT.refused, 'A check failed.', checks);
    });
}
