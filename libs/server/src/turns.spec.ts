import { expect, it } from 'vitest';
import { eachInTurns, mapInTurns, textInTurns } from './turns.js';

/** Keeps the processor busy for a ms. */
function work(): void {
  const until = performance.now() + 1;
  while (performance.now() < until);
}

/** How often other work of the process had its turn while something ran. */
async function turnsWhile(running: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await running;
  isDone = true;
  return turns;
}

const ITEMS = Array.from({ length: 60 }, (_, i) => i);

it('other work has its turn at least after every six items of a ms, and all items are worked on in their order', async () => {
  const seen: number[] = [];
  const each = eachInTurns(ITEMS, (item) => {
    work();
    seen.push(item);
  });
  expect(await turnsWhile(each)).toBeGreaterThanOrEqual(ITEMS.length / 6);
  expect(seen).toEqual(ITEMS);
});

it('what items become is the same as without turns', async () => {
  expect(await mapInTurns(ITEMS, (item) => item * 2)).toEqual(ITEMS.map((item) => item * 2));
});

it('text that is made in turns comes in parts, which together are the whole', async () => {
  const parts: string[] = [];
  for await (const part of textInTurns(ITEMS, (item) => {
    work();
    return `${item},`;
  }))
    parts.push(part);
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.join('')).toBe(ITEMS.map((item) => `${item},`).join(''));
});
