import { formatAdmission } from '@recloser/core';
import { api, type BreakerPage, type BreakerSummary } from '@recloser/protocol';
import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { sessionOf, type Session } from '../session.js';
import { table } from '../table.js';

const WATCH_MS = 1_000;
const PAGE = 200;

async function breakersOf({ client, place }: Session): Promise<readonly BreakerSummary[]> {
  const found: BreakerSummary[] = [];
  let cursor: string | undefined;
  do {
    const input = { params: place, query: { limit: PAGE, cursor } };
    const page: BreakerPage = await client.call(api.breakers.list, input);
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

const rowOf = ({ key, state, mode, admission, since, summary }: BreakerSummary): string[] => [
  key,
  state,
  mode,
  formatAdmission(admission),
  new Date(since).toISOString(),
  summary,
];

const tableOf = (breakers: readonly BreakerSummary[]): string =>
  breakers.length === 0
    ? 'There are no breakers yet.'
    : table(['BREAKER', 'STATE', 'MODE', 'ADMISSION', 'SINCE', 'WHY'], breakers.map(rowOf));

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('list the breakers of the environment')
    .option('-w, --watch', 'print again every second, until Ctrl-C')
    .action(async ({ watch }: { watch?: true }, command: Command) => {
      const session = await sessionOf(command);
      for (;;) {
        const breakers = await breakersOf(session);
        const clear = watch === true && process.stdout.isTTY ? '\u001B[2J\u001B[H' : '';
        session.show(breakers, clear + tableOf(breakers));
        if (watch !== true) return;
        await sleep(WATCH_MS);
      }
    });
}
