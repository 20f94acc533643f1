import { api } from '@recloser/protocol';
import type { Command } from 'commander';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError, EXIT } from '../cli-error.js';
import { sessionOf } from '../session.js';

interface AuditOptions {
  readonly system?: true;
  readonly csv?: true;
}

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('read and verify the audit log');
  const system = ['--system', 'the log of sign-ins, people, keys and tokens'] as const;
  audit
    .command('export')
    .description('print all events, oldest first, as JSON lines')
    .option(...system)
    .option('--csv', 'as CSV')
    .action(async (options: AuditOptions, command: Command) => {
      const { client, place } = await sessionOf(command);
      const query = { format: options.csv === true ? 'csv' : 'jsonl' } as const;
      const { body } = await (options.system === true
        ? client.send(api.systemAudit.export, { query })
        : client.send(api.audit.export, { params: place, query }));
      if (body === null) return;
      await pipeline(Readable.fromWeb(body), process.stdout, { end: false });
    });
  audit
    .command('verify')
    .description('check the hash chain in the server')
    .option(...system)
    .action(async (options: AuditOptions, command: Command) => {
      const { client, place, show } = await sessionOf(command);
      const result = await (options.system === true
        ? client.call(api.systemAudit.verify)
        : client.call(api.audit.verify, { params: place }));
      if (result.ok) {
        show(result, `${result.checked} events verify; head ${result.head}`);
        return;
      }
      const { chainSeq, problem } = result.firstBad ?? { chainSeq: 0, problem: 'unknown' };
      throw new CliError(EXIT.refused, `Event ${chainSeq} does not verify: ${problem}.`, result);
    });
}
