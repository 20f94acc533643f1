import type { Command } from 'commander';
import { incidentOf, incidentText } from '../incident.js';
import { sessionOf } from '../session.js';
import { readSince } from '../values.js';

interface IncidentOptions {
  readonly since: string;
  readonly until?: string;
}

export function addIncident(program: Command): void {
  program
    .command('incident <breaker>')
    .description('print what happened to a breaker, as Markdown')
    .option('--since <time>', 'a time, or how long ago, such as 2h', '1h')
    .option('--until <time>', 'the same; default now')
    .action(async (key: string, { since, until }: IncidentOptions, command: Command) => {
      const now = Date.now();
      const [from, to] = [readSince(since, now), until === undefined ? now : readSince(until, now)];
      const session = await sessionOf(command);
      const incident = await incidentOf(session, key, from, to);
      session.show(incident, incidentText(incident));
    });
}
