import { RecloserError } from '@recloser/protocol';
import { describe, expect, it, vi } from 'vitest';
import { Lanes, type LanesOptions } from './lanes.js';

const away = () => new RecloserError('unavailable', 'the lock was not to be had');

function setUp(evaluate: LanesOptions['evaluate'], boundMs = 60_000) {
  const world = {
    now: 0,
    evaluated: [] as string[],
    back: [] as string[],
    failed: [] as string[],
    broken: [] as string[],
  };
  const lanes = new Lanes({
    evaluate: async (environmentId, keys) => {
      const changes = await evaluate(environmentId, keys);
      world.evaluated.push(...keys.map((key) => `${environmentId}/${key}`));
      return changes;
    },
    giveBack: (environmentId, keys) => {
      world.back.push(...keys.map((key) => `${environmentId}/${key}`));
      return Promise.resolve();
    },
    now: () => world.now,
    boundMs,
    committed: () => undefined,
    failed: (environmentId) => world.failed.push(environmentId),
    broken: (environmentId, { key }) => world.broken.push(`${environmentId}/${key}`),
  });
  return { world, lanes };
}

describe('Lanes', () => {
  it('evaluates other environments while one waits, and takes what comes for it meanwhile', async () => {
    let free = (): void => undefined;
    const locked = new Promise<void>((resolve) => {
      free = resolve;
    });
    const { world, lanes } = setUp(async (id) => {
      if (id === 'live') await locked;
      return 0;
    });
    lanes.add('live', ['a']);
    lanes.add('dev', ['a']);
    lanes.add('live', ['b']);
    await vi.waitFor(() => expect(world.evaluated).toEqual(['dev/a']));
    expect(lanes.busy).toEqual(['live']);
    world.now = 4_000;
    expect(lanes.decides('live', 3_000)).toBe(false);
    expect(lanes.decides('dev', 3_000)).toBe(true);
    free();
    await lanes.idle();
    expect(world.evaluated).toEqual(['dev/a', 'live/a', 'live/b']);
    expect(lanes.decides('live', 3_000)).toBe(true);
  });

  it('gives back what failed, and waits longer each time it fails again', async () => {
    let broken = true;
    const { world, lanes } = setUp(() => (broken ? Promise.reject(away()) : Promise.resolve(0)));
    lanes.add('live', ['a']);
    await lanes.idle();
    expect(world.back).toEqual(['live/a']);
    expect(lanes.decides('live', 3_000)).toBe(false);
    for (const wait of [250, 500, 1_000, 2_000, 4_000, 4_000]) {
      world.now += wait - 1;
      lanes.add('live', ['a']);
      await lanes.idle();
      const before = world.failed.length;
      world.now += 1;
      lanes.add('live', ['a']);
      await lanes.idle();
      expect(world.failed.length).toBe(before + 1);
    }
    broken = false;
    world.now += 4_000;
    lanes.add('live', ['a']);
    await lanes.idle();
    expect(lanes.decides('live', 3_000)).toBe(true);
  });

  it('leaves a breaker that cannot be evaluated out for a while, and decides on the others', async () => {
    const { world, lanes } = setUp((_id, keys) =>
      keys.includes('c') ? Promise.reject(new TypeError('no state')) : Promise.resolve(1),
    );
    lanes.add('live', ['a', 'b', 'c', 'd', 'e']);
    await lanes.idle();
    expect(world.evaluated.sort()).toEqual(['live/a', 'live/b', 'live/d', 'live/e']);
    expect(world.broken).toEqual(['live/c']);
    expect(lanes.decides('live', 3_000)).toBe(true);
    lanes.add('live', ['c']);
    await lanes.idle();
    expect(world.broken).toHaveLength(1);
    world.now = 10_000;
    lanes.add('live', ['c']);
    await lanes.idle();
    expect(world.broken).toHaveLength(2);
  });

  it('gives the breakers of an evaluation that takes too long to others', async () => {
    const { world, lanes } = setUp(() => new Promise(() => undefined), 10);
    lanes.add('live', ['a']);
    await vi.waitFor(() => expect(world.back).toEqual(['live/a']));
    expect(lanes.decides('live', 60_000)).toBe(false);
    expect(lanes.busy).toEqual(['live']);
  });
});
