import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { EnvironmentTurns } from './environment-turns.js';

it('changes of one environment run one after the other in their order, and one that fails stops no other', async () => {
  const turns = new EnvironmentTurns();
  const began: number[] = [];
  let running = 0;
  const changes = Array.from({ length: 200 }, (_, i) =>
    turns.run('production', async () => {
      running += 1;
      expect(running).toBe(1);
      began.push(i);
      await setImmediate();
      running -= 1;
      if (i % 7 === 0) throw new Error(`change ${i} fails`);
      return i;
    }),
  );
  const ended = await Promise.allSettled(changes);
  expect(began).toEqual(ended.map((_, i) => i));
  for (const [i, one] of ended.entries())
    expect(one.status).toBe(i % 7 === 0 ? 'rejected' : 'fulfilled');
});

it('changes of two environments do not wait for each other', async () => {
  const turns = new EnvironmentTurns();
  let release = (): void => undefined;
  const held = turns.run(
    'production',
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );
  expect(await turns.run('development', async () => 'done')).toBe('done');
  release();
  await held;
});
