/** Several instances of one fleet in one process. */
import { setTimeout as pause } from 'node:timers/promises';
import { chargeAt } from '@recloser/example-fleet';
import { Recloser } from '@recloser/sdk';
import { PoissonLoad } from '../children/poisson-load.js';
import { peerGuard, recloserGuard, type Guard, type Send } from './guards.js';
import { ACCOUNTS, type CrewOptions, type FromCrew, type ToCrew } from './messages.js';

const FIRST_CALLS = 30;
const CONNECT_MS = 15_000;
const LOOK_MS = 20;

interface Member {
  readonly id: string;
  readonly sdk: Recloser | null;
  readonly send: (account: string, signal?: AbortSignal) => Promise<void>;
}

/** One breaker on all instances of this process. */
interface Use {
  readonly guards: readonly Guard[];
  readonly counts: { ok: number; failed: number; rejected: number };
  loads: PoissonLoad[];
}

const options = JSON.parse(process.argv[2] ?? '{}') as CrewOptions;
const uses = new Map<string, Use>();
const account = (): string => `account-${Math.floor(Math.random() * ACCOUNTS)}`;

function tell(message: FromCrew): void {
  process.send?.(message);
}

const members = options.instances.map(({ id, zone }): Member => {
  const { arm, url, sdkKey, dependencyPort } = options;
  const send = chargeAt(dependencyPort);
  const sdk =
    arm === 'recloser' ? new Recloser({ url, sdkKey, service: arm, instanceId: id, zone }) : null;
  sdk?.on('transition', ({ breaker, admission }) => {
    if (admission === 0) blocked(breaker, id);
  });
  sdk?.on('error', (error) => process.stderr.write(`${id}: ${error.message}\n`));
  return { id, sdk, send };
});
const sdks = members.flatMap(({ sdk }) => sdk ?? []);

function blocked(breaker: string, instance: string): void {
  // What opens and closes while nobody calls is a reset.
  if ((uses.get(breaker)?.loads.length ?? 0) === 0) return;
  tell({ type: 'blocked', breaker, instance, at: Date.now() });
}

function guardOf({ id, sdk, send }: Member, breaker: string): Guard {
  const charge: Send = (signal) => send(account(), signal);
  if (sdk !== null) return recloserGuard(sdk, breaker, charge, account);
  const arm = options.arm === 'opossum' ? 'opossum' : 'cockatiel';
  return peerGuard(arm, charge, () => blocked(breaker, id));
}

async function use(breaker: string): Promise<void> {
  const guards = members.map((member) => guardOf(member, breaker));
  uses.set(breaker, { guards, counts: { ok: 0, failed: 0, rejected: 0 }, loads: [] });
  while (!guards.every((guard) => guard.isReady())) await pause(LOOK_MS);
  tell({ type: 'using', breaker });
}

async function call({ counts }: Use, guard: Guard): Promise<void> {
  try {
    await guard.call();
    counts.ok += 1;
  } catch (error) {
    counts[guard.isRejection(error) ? 'rejected' : 'failed'] += 1;
  }
}

function load(breaker: string, callsPerSecond: number): void {
  const own = uses.get(breaker);
  if (own === undefined) return;
  for (const one of own.loads) one.stop();
  own.loads =
    callsPerSecond === 0
      ? []
      : own.guards.map((guard) => new PoissonLoad(callsPerSecond, () => void call(own, guard)));
}

function obey(message: ToCrew): void {
  const own = uses.get(message.breaker);
  switch (message.type) {
    case 'use':
      void use(message.breaker);
      return;
    case 'load':
      load(message.breaker, message.callsPerSecond);
      return;
    case 'reset':
      for (const guard of own?.guards ?? []) guard.reset();
      return;
    case 'count':
      if (own) tell({ type: 'counts', breaker: message.breaker, ...own.counts });
  }
}

process.on('message', obey);
process.on('disconnect', () => {
  void Promise.all(sdks.map((sdk) => sdk.close())).finally(() => process.exit(0));
});
process.on('SIGINT', () => undefined);

// A fresh process is slow at first. That is no outage, so that these calls go past all breakers.
for (const { send } of members) {
  for (let made = 0; made < FIRST_CALLS; made += 1) await send('account-0');
}
const connected = await Promise.all(sdks.map((sdk) => sdk.ready({ timeoutMs: CONNECT_MS })));
if (!connected.every(Boolean)) throw new Error(`Not every instance reached ${options.url}.`);
tell({ type: 'ready' });
