import { setImmediate } from 'node:timers/promises';

/** Work goes on for so long before others get their turn, in ms. */
const TURN_MS = 5;

/** Does something with many items, a few ms' worth at a time: other work of the process comes in between. */
export async function eachInTurns<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let start = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - start < TURN_MS) continue;
    await setImmediate();
    start = performance.now();
  }
}

/** The same, for what each item becomes. */
export async function mapInTurns<T, R>(
  items: Iterable<T>,
  map: (item: T) => R,
): Promise<readonly R[]> {
  const mapped: R[] = [];
  await eachInTurns(items, (item) => mapped.push(map(item)));
  return mapped;
}

/** The same for text that leaves as it is made: yields what was made in each turn. */
export async function* textInTurns<T>(
  items: Iterable<T>,
  textOf: (item: T) => string,
): AsyncGenerator<string> {
  let text = '';
  let start = performance.now();
  for (const item of items) {
    text += textOf(item);
    if (performance.now() - start < TURN_MS) continue;
    yield text;
    await setImmediate();
    text = '';
    start = performance.now();
  }
  yield text;
}
