import { formatAdmission } from '@recloser/core';
import { api } from '@recloser/protocol';
import type { Command } from 'commander';
import { sessionOf } from '../session.js';
import { readContext } from '../values.js';

export function addTry(program: Command): void {
  program
    .command('try <breaker> <context...>')
    .description('show what an SDK decides for a context, such as accountId=42')
    .action(async (key: string, pairs: string[], _options: unknown, command: Command) => {
      const context = readContext(pairs);
      const session = await sessionOf(command);
      const params = { ...session.place, key };
      const result = await session.client.call(api.breakers.try, { params, body: { context } });
      const { admitted, reason, state, admission, bucketPercent } = result;
      const bucket = bucketPercent === null ? '' : `, bucket ${bucketPercent.toFixed(2)}%`;
      session.show(
        result,
        `${admitted ? 'admitted' : 'rejected'}: ${reason} (${state}, admits ${formatAdmission(admission)}${bucket})`,
      );
    });
}
