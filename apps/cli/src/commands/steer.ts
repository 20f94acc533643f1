import { formatAdmission, type Mode } from '@recloser/core';
import { api, type ChangedBreaker, type Convergence, type RampAction } from '@recloser/protocol';
import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../api-client.js';
import { CliError, EXIT } from '../cli-error.js';
import { sessionOf } from '../session.js';
import { printable } from '../table.js';
import { readDuration, readPercent, readTime } from '../values.js';

interface SteerOptions {
  readonly reason: string;
  readonly until?: string;
  readonly waitApplied?: true;
  readonly timeout: string;
}

/** The breaker, as REST paths name it. */
interface BreakerParams {
  readonly project: string;
  readonly environment: string;
  readonly key: string;
}

interface Given {
  readonly reason: string;
  readonly until?: number;
  /** With `takesShare`. */
  readonly admission: number;
}

type Send = (client: ApiClient, params: BreakerParams, given: Given) => Promise<ChangedBreaker>;

/** One command on a breaker: the words before its key, and what it sends. */
interface Verb {
  readonly words: string;
  readonly about: string;
  readonly send: Send;
  /** It takes a share of the traffic after the key. */
  readonly takesShare?: true;
  readonly takesUntil?: true;
}

const trip: Send = (client, params, { reason, until }) =>
  client.call(api.breakers.trip, { params, body: { reason, until } });

const restore: Send = (client, params, { reason }) =>
  client.call(api.breakers.restore, { params, body: { reason } });

const dim: Send = (client, params, { reason, until, admission }) =>
  client.call(api.breakers.dim, { params, body: { reason, until, admission } });

const setMode =
  (mode: Mode): Send =>
  (client, params, { reason, until }) =>
    client.call(api.breakers.setMode, { params, body: { mode, reason, until } });

const ramp =
  (action: Exclude<RampAction, 'hold' | 'set'>): Send =>
  (client, params, { reason }) =>
    client.call(api.breakers.ramp, { params, body: { action, reason } });

const setRamp: Send = (client, params, { reason, admission }) =>
  client.call(api.breakers.ramp, { params, body: { action: 'set', reason, admission } });

const holdRamp: Send = (client, params, { reason, until }) =>
  client.call(api.breakers.ramp, { params, body: { action: 'hold', reason, until } });

const VERBS: readonly Verb[] = [
  { words: 'open', about: 'admit nothing', send: trip, takesUntil: true },
  { words: 'restore', about: 'start recovery', send: restore },
  { words: 'dim', about: 'admit only a share', send: dim, takesShare: true, takesUntil: true },
  {
    words: 'hold',
    about: 'keep the state as it is: no evidence changes it',
    send: setMode('held'),
    takesUntil: true,
  },
  { words: 'auto', about: 'let evidence change the state', send: setMode('auto') },
  { words: 'observe', about: 'decide and record, but block nothing', send: setMode('observe') },
  { words: 'ramp start', about: 'begin the ramp now', send: ramp('start') },
  { words: 'ramp next', about: 'take the next step', send: ramp('next') },
  { words: 'ramp back', about: 'take one step back', send: ramp('back') },
  { words: 'ramp set', about: 'go to a share', send: setRamp, takesShare: true },
  { words: 'ramp hold', about: 'pause the ramp', send: holdRamp, takesUntil: true },
  { words: 'ramp resume', about: 'go on with a paused ramp', send: ramp('resume') },
  { words: 'ramp abort', about: 'open again', send: ramp('abort') },
  { words: 'ramp finish', about: 'admit everything now', send: ramp('finish') },
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
  const admission = verb.takesShare === true ? readPercent(share ?? '') : 0;
  const session = await sessionOf(command);
  const { client, place } = session;
  const params = { ...place, key };
  const end = until === undefined ? {} : { until: await endOf(client, params, until) };
  const begun = performance.now();
  const changed = await verb.send(client, params, { reason, admission, ...end });
  const applied =
    waitApplied === true ? await waitUntilApplied(client, params, changed.seq, timeoutMs) : null;
  const ms = Math.round(performance.now() - begun);
  session.show(
    { seq: changed.seq, breaker: changed.breaker, applied, ms },
    sentenceOf(changed, applied, ms),
  );
  if (applied !== null && !isApplied(applied, changed.seq)) throw notApplied(applied, timeout);
}

/** By the server's clock. */
async function endOf(client: ApiClient, params: BreakerParams, until: string): Promise<number> {
  readTime(until, 0);
  return readTime(until, (await client.call(api.breakers.read, { params })).now);
}

const isApplied = ({ connected, applied, seq }: Convergence, wanted: number): boolean =>
  seq >= wanted && applied >= connected;

/** What the fleet had applied when it was asked last. */
async function waitUntilApplied(
  client: ApiClient,
  params: BreakerParams,
  seq: number,
  timeoutMs: number,
): Promise<Convergence> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await client.call(api.breakers.convergence, { params });
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
