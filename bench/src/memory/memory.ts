import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { integerOf, type Bench } from '../bench.js';
import { connected, viewOf } from '../local/plane.js';
import { heapInUse, type Weight } from './heap.js';
import { SUBJECTS } from './subjects.js';

const execute = promisify(execFile);

const MARKS = 10;
const fn = (): Promise<number> => Promise.resolve(1);
const kB = (bytes: number): number => Math.round(bytes / 102.4) / 10;

/** Each in a process of its own, so that none pays for what another left behind. */
async function weigh(arm: string, breakers: number) {
  const program = fileURLToPath(new URL('./weigh-process.js', import.meta.url));
  const { stdout } = await execute(process.execPath, [program, arm, String(breakers)]);
  const { bytes, timers } = JSON.parse(stdout) as Weight;
  return { arm, breakers, kB: kB(bytes), bytesEach: Math.round(bytes / breakers), timers };
}

/** Heap after each tenth of the calls, less what was there after the first. */
async function grow(calls: number, progress: (line: string) => void): Promise<number[]> {
  const recloser = connected([viewOf('steady')]);
  await recloser.ready({ timeoutMs: 1_000 });
  const breaker = recloser.breaker('steady', { slowMs: 500, timeoutMs: 1_000 });
  const heaps: number[] = [];
  for (let mark = 0; mark < MARKS; mark += 1) {
    for (let i = 0; i < calls / MARKS; i += 1) await breaker.protect(fn);
    heaps.push(await heapInUse());
    progress(`${((mark + 1) * calls) / MARKS} calls, ${kB(heaps.at(-1) ?? 0)} kB`);
  }
  await recloser.close();
  return heaps.map((heap) => heap - (heaps[0] ?? 0));
}

export const memory: Bench = {
  summary: 'Heap and timers of many breakers, and of many calls, beside opossum and cockatiel.',
  options: { calls: 'protected calls, one after the other (10000000)' },
  run: async (options) => {
    const calls = integerOf(options, 'calls', 10_000_000, 1_000, 1_000_000_000);
    const rows = [];
    for (const count of [100, 1_000]) {
      for (const { name } of SUBJECTS) rows.push(await weigh(name, count));
    }
    const growth = await grow(calls, options.progress);
    return {
      setting: 'heap in use after collecting garbage, with breakers − without',
      rows,
      figures: {
        'protected calls, with a timeout': calls,
        'heap after the last tenth − after the first, kB': kB(growth.at(-1) ?? 0),
        'highest − after the first, kB': kB(Math.max(...growth)),
      },
    };
  },
};
