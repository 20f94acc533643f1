import { formatAdmission } from '@recloser/core';
import type { BreakerDetail, ChangedBreaker, Convergence } from '@recloser/protocol';
import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, EXIT } from '../cli-error.js';
import { breakerPath, sessionOf, type Session } from '../session.js';
import { printable } from '../table.js';
import { readDuration, readPercent, readTime } from '../values.js';

interface SteerOptions {
  readonly reason: string;
  readonly until?: string;
  readonly waitApplied?: true;
  readonly timeout: string;
}

/** One command on a breaker: the words before its key, and what REST gets. */
interface Verb {
  readonly words: string;
  readonly about: string;
  readonly route: 'trip' | 'restore' | 'dim' | 'mode' | 'ramp';
  readonly body?: Readonly<Record<string, unknown>>;
  /** It takes a share of the traffic after the key. */
  readonly takesShare?: true;
  readonly takesUntil?: true;
}

const ramp = (action: string, about: string, more: Partial<Verb> = {}): Verb => ({
  words: `ramp ${action}`,
  about,
  route: 'ramp',
  body: { action },
  ...more,
});

const VERBS: readonly Verb[] = [
  { words: 'open', about: 'admit nothing', route: 'trip', takesUntil: true },
  { words: 'restore', about: 'start recovery', route: 'restore' },
  { words: 'dim', about: 'admit only a share', route: 'dim', takesShare: true, takesUntil: true },
  {
    words: 'hold',
    about: 'keep the state as it is: no evidence changes it',
    route: 'mode',
    body: { mode: 'held' },
    takesUntil: true,
  },
  { words: 'auto', about: 'let evidence change the state', route: 'mode', body: { mode: 'auto' } },
  {
    words: 'observe',
    about: 'decide and record, but block nothing',
    route: 'mode',
    body: { mode: 'observe' },
  },
  ramp('start', 'begin the ramp now'),
  ramp('next', 'take the next step'),
  ramp('back', 'take one step back'),
  ramp('set', 'go to a share', { takesShare: true }),
  ramp('hold', 'pause the ramp', { takesUntil: true }),
  ramp('resume', 'go on with a paused ramp'),
  ramp('abort', 'open again'),
  ramp('finish', 'admit everything now'),
];

export function addSteering(program: Command): void {
  const ramps = program.command('ramp').description('steer the return of traffic');
  for (const verb of VERBS) {
    const isRamp = verb.words.startsWith('ramp ');
    const name = isRamp ? verb.words.slice('ramp '.length) : verb.words;
    const command = (isRamp ? ramps : program)
      .command(`${name} <breaker>${verb.takesShare === true ? ' <share>' : ''}`)
      .description(verb.about)
      .requiredOption('-r, --reason <text>', 'why; the audit log keeps it');
    if (verb.takesUntil === true) {
      command.option('--until <time>', 'when it ends: 30m, 2h, or 2026-12-01T08:00Z');
    }
    command
      .option('--wait-applied', 'wait until every connected instance has applied it')
      .option('--timeout <duration>', 'how long --wait-applied waits', '10s')
      .action(async (...given: unknown[]) => {
        await steer(verb, given.at(-1) as Command);
      });
  }
}

async function steer(verb: Verb, command: Command): Promise<void> {
  const [key = '', share] = command.args;
  const { reason, until, waitApplied, timeout } = command.opts<SteerOptions>();
  const timeoutMs = readDuration(timeout);
  const admission = verb.takesShare === true ? { admission: readPercent(share ?? '') } : {};
  const session = await sessionOf(command);
  const path = breakerPath(session, key);
  const end = until === undefined ? {} : { until: await endOf(session, path, until) };
  const body = { ...verb.body, ...admission, ...end, reason };
  const begun = performance.now();
  const changed = await session.client.json<ChangedBreaker>('POST', `${path}/${verb.route}`, body);
  const applied =
    waitApplied === true ? await waitUntilApplied(session, path, changed.seq, timeoutMs) : null;
  const ms = Math.round(performance.now() - begun);
  session.show(
    { seq: changed.seq, breaker: changed.breaker, applied, ms },
    sentenceOf(changed, applied, ms),
  );
  if (applied !== null && !isApplied(applied, changed.seq)) throw notApplied(applied, timeout);
}

/** By the server's clock. */
async function endOf({ client }: Session, path: string, until: string): Promise<number> {
  readTime(until, 0);
  return readTime(until, (await client.json<BreakerDetail>('GET', path)).now);
}

const isApplied = ({ connected, applied, seq }: Convergence, wanted: number): boolean =>
  seq >= wanted && applied >= connected;

/** What the fleet had applied when it was asked last. */
async function waitUntilApplied(
  { client }: Session,
  path: string,
  seq: number,
  timeoutMs: number,
): Promise<Convergence> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await client.json<Convergence>('GET', `${path}/convergence`);
    if (isApplied(found, seq) || performance.now() >= end) return found;
    await sleep(50);
  }
}

function sentenceOf({ breaker, seq }: ChangedBreaker, applied: Convergence | null, ms: number) {
  const { key, state, mode, admission } = breaker;
  const now = `${printable(key)} is ${state} (${mode}), admits ${formatAdmission(admission)}, seq ${seq}`;
  if (applied === null) return `${now}.`;
  return `${now}; applied by ${applied.applied} of ${applied.connected} instances after ${ms} ms.`;
}

const notApplied = ({ connected, applied, behind }: Convergence, timeout: string): CliError =>
  new CliError(
    EXIT.notApplied,
    `After ${timeout}, ${applied} of ${connected} instances have applied it. Behind: ${behind.map(printable).join(', ')}.`,
    { behind },
  );
