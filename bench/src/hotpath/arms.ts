import { ok } from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Recloser, type Breaker } from '@recloser/sdk';
import { cockatielOf, dropInOf, openCockatiel, opossumOf } from '../local/peers.js';
import { connected, viewOf } from '../local/plane.js';

/** One way to make calls; runs so many of them, one after the other. */
export interface Arm {
  readonly name: string;
  readonly run: (calls: number) => unknown;
}

export interface Group {
  readonly name: string;
  /** Others are compared to it; null: times stand for themselves. */
  readonly base: Arm | null;
  readonly arms: readonly Arm[];
  /** Calls per round. */
  readonly calls: number;
}

const KEY = '550e8400-e29b-41d4-a716-446655440000';
/** The cheapest call there is: whatever it really does makes the share of a breaker smaller. */
const fn = (): Promise<number> => Promise.resolve(1);
const rejected = (): undefined => undefined;

const each =
  (call: () => unknown) =>
  async (calls: number): Promise<void> => {
    for (let i = 0; i < calls; i += 1) await call();
  };

const caught =
  (call: () => Promise<unknown>) =>
  async (calls: number): Promise<void> => {
    for (let i = 0; i < calls; i += 1) {
      try {
        await call();
      } catch {
        rejected();
      }
    }
  };

export interface Arms {
  readonly groups: readonly Group[];
  close(): Promise<void>;
}

/** Everything that is measured, made once; each Recloser breaker is known to a control plane, or in a process alone. */
export async function makeArms(): Promise<Arms> {
  const recloser = connected([
    viewOf('closed'),
    viewOf('ramping', { state: 'ramping', admission: 2 ** 28 }),
    viewOf('open', { state: 'open', mode: 'held', admission: 0 }),
  ]);
  const alone = new Recloser({ connect: false });
  ok(await recloser.ready({ timeoutMs: 1_000 }));
  const closed = recloser.breaker('closed', { slowMs: 500 });
  const timed = recloser.breaker('closed', { slowMs: 500, timeoutMs: 1_000 });
  const groups = [
    decisions(recloser),
    through(closed, alone.breaker('alone', { slowMs: 500 })),
    throughWithTimeout(timed, alone.breaker('alone', { slowMs: 500, timeoutMs: 1_000 })),
    await rejections(recloser.breaker('open')),
  ];
  await pause(0);
  return {
    groups,
    close: async () => {
      await Promise.all([recloser.close(), alone.close()]);
    },
  };
}

function decisions(recloser: Recloser): Group {
  const closed = recloser.breaker('closed');
  const ramping = recloser.breaker('ramping');
  const context = { accountId: KEY };
  const ask = (breaker: Breaker, about?: typeof context) => (calls: number) => {
    let admitted = 0;
    for (let i = 0; i < calls; i += 1) if (breaker.allows(about)) admitted += 1;
    // The answers are used, so that no compiler leaves the question out.
    ok(admitted === 0 || admitted === calls);
  };
  return {
    name: 'allows()',
    base: null,
    // Short turns, which nothing else that runs on the machine falls into as a rule.
    calls: 20_000,
    arms: [
      { name: 'closed, no context', run: ask(closed) },
      { name: 'half-open, 36-character key', run: ask(ramping, context) },
    ],
  };
}

const bare: Arm = { name: 'bare await fn()', run: each(fn) };

function through(breaker: Breaker, alone: Breaker): Group {
  const opossum = opossumOf(fn, false);
  const dropIn = dropInOf(fn, false);
  const cockatiel = cockatielOf(null);
  const counts = { ok: 0 };
  const counted = () =>
    fn().then((value) => {
      counts.ok += 1;
      return value;
    });
  return {
    name: 'protect(), closed',
    base: bare,
    calls: 20_000,
    arms: [
      { name: 'floor: fn().then(count)', run: each(counted) },
      { name: 'recloser', run: each(() => breaker.protect(fn)) },
      { name: 'recloser, alone', run: each(() => alone.protect(fn)) },
      { name: 'opossum', run: each(() => opossum.fire()) },
      { name: 'recloser/opossum', run: each(() => dropIn.fire()) },
      { name: 'cockatiel', run: each(() => cockatiel.execute(fn)) },
    ],
  };
}

function throughWithTimeout(breaker: Breaker, alone: Breaker): Group {
  const opossum = opossumOf(fn, 1_000);
  const dropIn = dropInOf(fn, 1_000);
  const cockatiel = cockatielOf(1_000);
  return {
    name: 'protect(), closed, with a timeout',
    base: bare,
    calls: 5_000,
    arms: [
      { name: 'recloser', run: each(() => breaker.protect(fn)) },
      { name: 'recloser, alone', run: each(() => alone.protect(fn)) },
      { name: 'opossum', run: each(() => opossum.fire()) },
      { name: 'recloser/opossum', run: each(() => dropIn.fire()) },
      { name: 'cockatiel', run: each(() => cockatiel.execute(fn)) },
    ],
  };
}

async function rejections(breaker: Breaker): Promise<Group> {
  const opossum = opossumOf(fn, false);
  opossum.open();
  const dropIn = dropInOf(fn, false);
  dropIn.open();
  const cockatiel = await openCockatiel();
  return {
    name: 'rejection, caught',
    base: null,
    calls: 1_000,
    arms: [
      { name: 'recloser', run: caught(() => breaker.protect(fn)) },
      { name: 'opossum', run: caught(() => opossum.fire()) },
      { name: 'recloser/opossum', run: caught(() => dropIn.fire()) },
      { name: 'cockatiel', run: caught(() => cockatiel.execute(fn)) },
    ],
  };
}
