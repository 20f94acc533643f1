import { BUCKET_MS } from '@recloser/core';
import {
  aggregate,
  SIGNAL_TARGETS,
  type SignalServer,
  statisticsRow,
  counts,
} from '@recloser/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SignalStore } from './index.js';

describe.each(SIGNAL_TARGETS)('marks in the signal store on $name', ({ start }) => {
  let server: SignalServer;
  let one: SignalStore;
  let two: SignalStore;
  beforeAll(async () => {
    server = await start();
    one = (await server.connect('one')).signals;
    two = (await server.connect('two')).signals;
  });
  afterEach(() => one.takeDirty(100_000));
  afterAll(() => server.stop());

  const names = (count: number) => Array.from({ length: count }, (_, i) => `breaker-${i}`);
  const sorted = (marks: readonly { environmentId: string; breaker: string }[]) =>
    marks.map((mark) => `${mark.environmentId}/${mark.breaker}`).sort();

  it('marks what is appended: breakers with counts and those with a census alone', async () => {
    const bucket = Math.floor((await one.now()) / BUCKET_MS);
    await one.append({
      hubId: 'h',
      environmentId: 'env-a',
      aggregates: [
        aggregate({ bucket, breaker: 'x', zone: 'a', counts: counts({ ok: 1 }) }),
        aggregate({ bucket, breaker: 'x', zone: 'b', counts: counts({ ok: 1 }) }),
      ],
      census: [statisticsRow({ breaker: 'y', reporting: 1 })],
    });
    await two.append({ hubId: 'h', environmentId: 'env-b', aggregates: [], census: [] });
    expect(sorted(await two.takeDirty(10))).toEqual(['env-a/x', 'env-a/y']);
    expect(await two.takeDirty(10)).toEqual([]);
  });

  it('hands a mark out once, and again when it was set again', async () => {
    await one.markDirty('env', ['a', 'b', 'a']);
    await two.markDirty('env', ['a']);
    expect(sorted(await one.takeDirty(10))).toEqual(['env/a', 'env/b']);
    expect(await two.takeDirty(10)).toEqual([]);
    await two.markDirty('env', ['a']);
    expect(sorted(await one.takeDirty(10))).toEqual(['env/a']);
    await one.markDirty('env', []);
    expect(await one.takeDirty(10)).toEqual([]);
  });

  it('tells for how long a breaker has been marked, from its first mark on', async () => {
    await one.markDirty('env', ['old']);
    const marked = await one.now();
    await expect.poll(async () => (await one.now()) - marked).toBeGreaterThan(50);
    await two.markDirty('env', ['old', 'new']);
    const waited = new Map(
      (await one.takeDirty(10)).map(({ breaker, waitedMs }) => [breaker, waitedMs]),
    );
    expect(waited.get('old')).toBeGreaterThan(50);
    expect(waited.get('old')).toBeLessThan(60_000);
    expect(waited.get('new')).toBeGreaterThanOrEqual(0);
    expect(waited.get('new')).toBeLessThan(waited.get('old') ?? 0);
  });

  it('takes at most as many as asked for, the oldest first', async () => {
    await one.markDirty('env', ['z']);
    const marked = await one.now();
    await expect.poll(() => one.now()).toBeGreaterThan(marked);
    await one.markDirty('env', ['a', 'b']);
    expect(sorted(await one.takeDirty(1))).toEqual(['env/z']);
    expect(await one.takeDirty(1)).toHaveLength(1);
    expect(await one.takeDirty(5)).toHaveLength(1);
  });

  it('never gives two takers the same mark', async () => {
    for (const environmentId of ['env-a', 'env-b']) await one.markDirty(environmentId, names(400));
    const takers = [one, two, one, two, one, two];
    const taken: { environmentId: string; breaker: string }[] = [];
    // Takers that wait for each other may get fewer than there are: a sweep goes on.
    for (let round = 0; round < 100 && taken.length < 800; round += 1) {
      const marks = await Promise.all(takers.map((store) => store.takeDirty(50)));
      taken.push(...marks.flat());
    }
    expect(taken).toHaveLength(800);
    expect(new Set(sorted(taken)).size).toBe(800);
  });

  it('whoever takes a mark sees all counts that were marked with it', async () => {
    const environmentId = 'env-race';
    const bucket = Math.floor((await one.now()) / BUCKET_MS);
    const breakers = names(5);
    const seen = new Map<string, number>();
    let appending = true;
    const read = async (store: SignalStore) => {
      const marks = await store.takeDirty(3);
      const queries = marks.map(({ breaker }) => ({ breaker, version: 1, windowMs: 60_000 }));
      const sums = await store.windowTotals(environmentId, queries, (bucket + 1) * BUCKET_MS);
      for (const sum of sums) {
        seen.set(sum.breaker, Math.max(seen.get(sum.breaker) ?? 0, sum.counts.ok));
      }
      return marks.length;
    };
    const taker = async (store: SignalStore) => {
      while (appending) await read(store);
    };
    const takers = [taker(one), taker(two)];
    const hub = async (store: SignalStore, hubId: string) => {
      for (let i = 0; i < 60; i += 1) {
        const aggregates = breakers.map((breaker) =>
          aggregate({ breaker, bucket, counts: counts({ ok: 1 }) }),
        );
        await store.append({ hubId, environmentId, aggregates, census: [] });
      }
    };
    await Promise.all([hub(one, 'h1'), hub(two, 'h2'), hub(one, 'h3')]);
    appending = false;
    await Promise.all(takers);
    while ((await read(one)) > 0);
    expect(Object.fromEntries(seen)).toEqual(
      Object.fromEntries(breakers.map((breaker) => [breaker, 180])),
    );
  });
});
