import { LATENCY_BINS } from '@recloser/core';
import type { SecondLatencies } from '@recloser/protocol';
import { aggregate, counts, SIGNAL_TARGETS, type SignalServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemorySignalStore, type SignalStore } from './index.js';

const T = 1_760_000_000;

const TARGETS = [
  ...SIGNAL_TARGETS.map(({ name, start }) => ({
    name,
    open: async () => {
      const server: SignalServer = await start();
      const [one, two] = [await server.connect('one'), await server.connect('two')];
      return { one: one.signals, two: two.signals, stop: () => server.stop() };
    },
  })),
  {
    name: 'memory',
    open: () => {
      const store: SignalStore = new MemorySignalStore(Date.now);
      return Promise.resolve({ one: store, two: store, stop: () => Promise.resolve() });
    },
  },
];

describe.each(TARGETS)('latencies in the signal store on $name', ({ open }) => {
  let plane: Awaited<ReturnType<typeof open>>;
  let environments = 0;
  beforeAll(async () => {
    plane = await open();
  });
  afterAll(() => plane.stop());

  function scene() {
    environments += 1;
    const environmentId = `env-${environments}`;
    const append = (store: SignalStore, hubId: string, ...latencies: SecondLatencies[]) =>
      store.append({ hubId, environmentId, aggregates: [], census: [], latencies });
    const read = (from: number, to: number, breakers?: string[]) =>
      plane.two.latencies(environmentId, from * 1_000, to * 1_000, breakers);
    return { environmentId, append, read };
  }

  it('are merged over hubs and appends, by breaker and second, ascending', async () => {
    const { append, read } = scene();
    const { one, two } = plane;
    await append(
      one,
      'hub-1',
      { breaker: 'b', second: T, bins: [90, 4, 120, 1] },
      { breaker: 'a', second: T + 1, bins: [3, 1] },
    );
    await append(two, 'hub-2', { breaker: 'b', second: T, bins: [7, 2, 90, 1] });
    await append(one, 'hub-1', { breaker: 'b', second: T, bins: [120, 10_000_000] });
    expect(await read(T, T + 2)).toEqual([
      { breaker: 'b', second: T, bins: [7, 2, 90, 5, 120, 10_000_001] },
      { breaker: 'a', second: T + 1, bins: [3, 1] },
    ]);
  });

  it('are those within [from, to) of the breakers asked for', async () => {
    const { append, read } = scene();
    const rows = [-1, 0, 1, 2].flatMap((at) =>
      ['é "😀', 'b', 'c'].map((breaker) => ({ breaker, second: T + at, bins: [at + 1, 1] })),
    );
    await append(plane.one, 'h', ...rows);
    const found = await read(T, T + 2, ['é "😀', 'b', 'unknown']);
    expect(found.map(({ breaker, second }) => [breaker, second - T])).toEqual([
      ['b', 0],
      ['é "😀', 0],
      ['b', 1],
      ['é "😀', 1],
    ]);
    expect(await read(T, T + 2, [])).toEqual([]);
    expect(await read(T + 2, T)).toEqual([]);
    expect(await scene().read(T, T + 2)).toEqual([]);
  });

  it('of thousands of breakers, each with all bins, arrive in one batch', async () => {
    const { append, read } = scene();
    const bins = Array.from({ length: 2 * LATENCY_BINS }, (_, i) => (i % 2 === 0 ? i / 2 : i));
    const rows = Array.from({ length: 2_500 }, (_, i) => ({ breaker: `b${i}`, second: T, bins }));
    await append(plane.one, 'h', ...rows);
    const found = await read(T, T + 1);
    expect(found).toHaveLength(2_500);
    expect(found.at(-1)?.bins).toEqual(bins);
  });

  it('come with counts, and mark nothing by themselves', async () => {
    const { environmentId, append, read } = scene();
    const { one, two } = plane;
    for (let taken = await two.takeDirty(1_000); taken.length > 0;) {
      taken = await two.takeDirty(1_000);
    }
    await append(one, 'h', { breaker: 'a', second: T, bins: [1, 1] });
    expect(await two.takeDirty(1_000)).toEqual([]);
    const aggregates = [aggregate({ bucket: T * 4, counts: counts({ ok: 3 }) })];
    const latencies = [{ breaker: 'stripe', second: T, bins: [9, 3] }];
    await one.append({ hubId: 'h', environmentId, aggregates, census: [], latencies });
    expect(await two.perSecondTotals(environmentId, T * 1_000, (T + 1) * 1_000)).toMatchObject([
      { breaker: 'stripe', counts: { ok: 3 } },
    ]);
    expect(await read(T, T + 1, ['stripe'])).toEqual(latencies);
  });
});
