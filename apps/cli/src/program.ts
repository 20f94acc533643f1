import { Command } from 'commander';
import { addAudit } from './commands/audit.js';
import { addCompletion } from './commands/completion.js';
import { addDoctor } from './commands/doctor.js';
import { addFiles } from './commands/file.js';
import { addIncident } from './commands/incident.js';
import { addLogin } from './commands/login.js';
import { addMan } from './commands/man.js';
import { addMcp } from './commands/mcp.js';
import { addOperating } from './commands/operate.js';
import { addStatus } from './commands/status.js';
import { addSteering } from './commands/steer.js';
import { addTokens } from './commands/token.js';
import { addTriggers } from './commands/trigger.js';
import { addTry } from './commands/try.js';
import { VERSION } from './version.js';

const EXIT_CODES = `
Exit codes:
  0  done
  1  refused
  2  wrong usage
  3  the control plane does not answer
  4  diff found changes
  5  not applied in time

RECLOSER_URL and RECLOSER_TOKEN come before what "recloser login" stored.`;

/** The whole command line. */
export function createProgram(env: Readonly<Record<string, string | undefined>>): Command {
  const program = new Command('recloser')
    .description('Steers the breakers of a Recloser control plane.')
    .option('-p, --project <key>', 'the project', env['RECLOSER_PROJECT'] ?? 'default')
    .option(
      '-e, --environment <key>',
      'the environment',
      env['RECLOSER_ENVIRONMENT'] ?? 'production',
    )
    .option('--json', 'print JSON, errors too')
    .version(VERSION)
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
  addLogin(program);
  addStatus(program);
  addSteering(program);
  addTry(program);
  addIncident(program);
  addFiles(program);
  addAudit(program);
  addTokens(program);
  addTriggers(program);
  addDoctor(program);
  addMcp(program);
  addOperating(program);
  addMan(program, EXIT_CODES);
  addCompletion(program);
  return program;
}
