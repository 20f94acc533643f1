import { describe, expect, it } from 'vitest';
import { StoreClock } from './store-clock.js';

function setUp() {
  const world = { monotonic: 1_000, store: 5_000_000, beatAge: null as number | null };
  const store = {
    now: async () => {
      world.monotonic += 10;
      return world.store;
    },
    heartbeatAges: async () => (id: string) => (id === 'live' ? world.beatAge : null),
  };
  return { world, clock: new StoreClock(store, () => world.monotonic, 4_000_000) };
}

describe('StoreClock', () => {
  it('follows the store, and the wall clock before that', async () => {
    const { world, clock } = setUp();
    expect(clock.storeNow()).toBe(4_000_000);
    await clock.refresh();
    expect(clock.storeNow()).toBe(5_000_005);
    world.monotonic += 250;
    expect(clock.storeNow()).toBe(5_000_255);
  });

  it('vouches only while an evaluator was heard within five seconds', async () => {
    const { world, clock } = setUp();
    await clock.refresh();
    expect(clock.evaluatorAlive('live')).toBe(false);
    world.beatAge = 900;
    await clock.refresh();
    expect(clock.evaluatorAlive('live')).toBe(true);
    expect(clock.evaluatorAlive('dev')).toBe(false);
    world.monotonic += 4_200;
    expect(clock.evaluatorAlive('live')).toBe(false);
  });
});
