/** Says what breakers of one kind weigh: `node weigh-process.js <arm> <count>`. */
import { createHook } from 'node:async_hooks';
import { heapInUse, type Weight } from './heap.js';
import { SUBJECTS, type Subject } from './subjects.js';

/** In a function of its own, whose registers do not keep what was made. */
async function makeAndClose(make: Subject['make'], count: number): Promise<void> {
  const held = await make(count);
  await held.close();
}

const [name, count] = [process.argv[2], Number(process.argv[3])];
const make = SUBJECTS.find((subject) => subject.name === name)?.make;
if (make === undefined) throw new Error(`There is no arm "${name ?? ''}".`);

// Once before, so that code that is compiled on first use is not counted.
for (let i = 0; i < 3; i += 1) await makeAndClose(make, count);
const before = await heapInUse();
const held = await make(count);
const bytes = (await heapInUse()) - before;
await held.close();

const pending = new Set<number>();
const hook = createHook({
  init: (id, type) => {
    if (type === 'Timeout') pending.add(id);
  },
  destroy: (id) => pending.delete(id),
}).enable();
await heapInUse();
const others = pending.size;
const again = await make(count);
await heapInUse();
const timers = pending.size - others;
hook.disable();
await again.close();
process.stdout.write(JSON.stringify({ bytes, timers } satisfies Weight));
process.exit();
