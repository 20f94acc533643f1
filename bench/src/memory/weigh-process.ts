/** Says what breakers of one kind weigh: `node weigh-process.js <arm> <count>`. */
import { createHook } from 'node:async_hooks';
import { median } from '../bench.js';
import { heapInUse, type Weight } from './heap.js';
import { type Held, SUBJECTS } from './subjects.js';

const ROUNDS = 9;
/** Until V8 has compiled what it will compile: its code would be weighed along with one round or another. */
const WARM_UP = { rounds: 3, atOnce: 10, breakers: 100 };
const [name, count] = [process.argv[2], Number(process.argv[3])];
const make = SUBJECTS.find((subject) => subject.name === name)?.make;
if (make === undefined) throw new Error(`There is no arm "${name ?? ''}".`);

for (let round = 0; round < WARM_UP.rounds; round += 1) {
  const made = Array.from({ length: WARM_UP.atOnce }, () => make(WARM_UP.breakers));
  for (const held of await Promise.all(made)) await held.close();
}
await heapInUse();

// All are kept until the end, so that nothing that one leaves behind is freed while the next is weighed.
const kept: Held[] = [await make(count)];
const weights: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const before = await heapInUse();
  kept.push(await make(count));
  weights.push((await heapInUse()) - before);
}

const pending = new Set<number>();
const hook = createHook({
  init: (id, type) => {
    if (type === 'Timeout') pending.add(id);
  },
  destroy: (id) => pending.delete(id),
}).enable();
await heapInUse();
const others = pending.size;
kept.push(await make(count));
await heapInUse();
const timers = pending.size - others;
hook.disable();
for (const held of kept) await held.close();
process.stdout.write(JSON.stringify({ bytes: median(weights), timers } satisfies Weight));
process.exit();
