import { readFile } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { integerOf, type Bench } from '../bench.js';
import { ARMS, TIMEOUT_MS, type Arm } from './arms.js';
import { Client, Dependency } from './dependency.js';

const EVERY_MS = 5;
const STALL_MS = 250;
const STALL_EVERY_MS = 600;
const FILE = fileURLToPath(import.meta.url);

interface Phase {
  readonly name: string;
  readonly stalls: boolean;
  readonly dead: boolean;
}

const PHASES: readonly Phase[] = [
  { name: 'healthy, no stalls', stalls: false, dead: false },
  { name: 'healthy, stalls', stalls: true, dead: false },
  { name: 'dead, stalls', stalls: true, dead: true },
  { name: 'dead, no stalls', stalls: false, dead: true },
];

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Blocks the event loop now and then, within the callback of a read: what has arrived meanwhile comes after the timers. */
function startStalls(): () => void {
  const timer = setInterval(() => {
    readFile(FILE, () => block(STALL_MS));
  }, STALL_EVERY_MS);
  return () => clearInterval(timer);
}

interface Subject {
  readonly arm: Arm;
  readonly client: Client;
  calls: number;
  openAfterMs: number | null;
}

async function run({ name, stalls, dead }: Phase, dependency: Dependency, ms: number) {
  await dependency.say('live');
  const subjects: Subject[] = [];
  for (const make of ARMS) {
    const client = await Client.open(dependency.port);
    subjects.push({ arm: make(() => client.call()), client, calls: 0, openAfterMs: null });
  }
  const endStalls = stalls ? startStalls() : () => undefined;
  if (dead) await dependency.say('die');
  const start = performance.now();
  const timer = setInterval(() => {
    for (const subject of subjects) {
      subject.calls += 1;
      void subject.arm.call();
      if (subject.arm.isOpen()) subject.openAfterMs ??= performance.now() - start;
    }
  }, EVERY_MS);
  await pause(ms);
  clearInterval(timer);
  endStalls();
  await pause(3 * TIMEOUT_MS);
  const rows = subjects.map(({ arm, calls, openAfterMs }) => ({
    phase: name,
    arm: arm.name,
    calls,
    failures: arm.failures(),
    ownLag: arm.ownLag(),
    openAfterMs: openAfterMs === null ? null : Math.round(openAfterMs),
  }));
  for (const { arm, client } of subjects) {
    await arm.close();
    client.close();
  }
  return rows;
}

export const lag: Bench = {
  summary: 'Whom a breaker blames when its own process stalls, beside opossum and cockatiel.',
  options: { seconds: 'length of each phase (10)' },
  run: async (options) => {
    const seconds = integerOf(options, 'seconds', 10, 2, 600);
    const dependency = await Dependency.start();
    try {
      const rows = [];
      for (const phase of PHASES) {
        options.progress(phase.name);
        rows.push(...(await run(phase, dependency, seconds * 1_000)));
      }
      return {
        setting: `${1_000 / EVERY_MS} calls/s each to a dependency that answers in 10 ms, timeout ${TIMEOUT_MS} ms; stalls of ${STALL_MS} ms every ${STALL_EVERY_MS} ms; ${seconds} s each`,
        rows,
      };
    } finally {
      dependency.stop();
    }
  },
};
