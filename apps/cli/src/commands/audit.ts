import type { AuditVerification } from '@recloser/protocol';
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
      const { client, path } = await sessionOf(command);
      const log = options.system === true ? '/v1/audit' : `${path}/audit`;
      const format = options.csv === true ? 'csv' : 'jsonl';
      const { body } = await client.send('GET', `${log}/export?format=${format}`);
      if (body === null) return;
      await pipeline(Readable.fromWeb(body), process.stdout, { end: false });
    });
  audit
    .command('verify')
    .description('check the hash chain in the server')
    .option(...system)
    .action(async (options: AuditOptions, command: Command) => {
      const session = await sessionOf(command);
      const log = options.system === true ? '/v1/audit' : `${session.path}/audit`;
      const result = await session.client.json<AuditVerification>('GET', `${log}/verify`);
      if (result.ok) {
        session.show(result, `${result.checked} events verify; head ${result.head}`);
        return;
      }
      const { chainSeq, problem } = result.firstBad ?? { chainSeq: 0, problem: 'unknown' };
      throw new CliError(EXIT.refused, `Event ${chainSeq} does not verify: ${problem}.`, result);
    });
}
