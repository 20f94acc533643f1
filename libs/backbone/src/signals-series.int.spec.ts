import { BUCKET_MS } from '@recloser/core';
import { aggregate, SIGNAL_TARGETS, type SignalServer, counts } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignalStore, WindowQuery } from './index.js';

const FAST = 2_000;

describe.each(SIGNAL_TARGETS)('buckets in the signal store on $name', ({ start }) => {
  let server: SignalServer;
  let one: SignalStore;
  let two: SignalStore;
  let environments = 0;
  beforeAll(async () => {
    server = await start();
    one = (await server.connect('one')).signals;
    two = (await server.connect('two')).signals;
  });
  afterAll(() => server.stop());

  /** A fresh environment, and a time that lies 100 ms after the start of a bucket. */
  async function scene() {
    environments += 1;
    const now = Math.floor((await one.now()) / BUCKET_MS) * BUCKET_MS + 100;
    const bucket = (agoMs: number) => Math.floor((now - agoMs) / BUCKET_MS);
    const environmentId = `env-${environments}`;
    const window = async (query: Partial<WindowQuery> = {}, at = now) => {
      const full = { breaker: 'stripe', version: 1, windowMs: FAST, ...query };
      const [sum] = await two.windows(environmentId, [full], at);
      return sum!;
    };
    return { environmentId, now, bucket, window };
  }

  it('tells the buckets one by one, from the first bad one on, over all hubs', async () => {
    const { environmentId, bucket, window } = await scene();
    const at = (agoMs: number) => bucket(agoMs) * BUCKET_MS;
    const append = (hubId: string, agoMs: number, seen: Parameters<typeof counts>[0]) =>
      one.append({
        hubId,
        environmentId,
        aggregates: [aggregate({ bucket: bucket(agoMs), counts: counts(seen) })],
        census: [],
      });
    await append('hub-1', 1_500, { ok: 9 });
    await append('hub-1', 1_000, { ok: 3, failures: 1 });
    await append('hub-2', 1_000, { ok: 2, slow: 2 });
    await append('hub-1', 500, { rejected: 7 });
    await append('hub-2', 250, { ok: 4 });
    await append('hub-1', 0, { localLag: 5 });
    expect((await window({ series: true })).series).toEqual([
      { at: at(1_000), calls: 6, failures: 1, slow: 2, localLag: 0 },
      { at: at(250), calls: 4, failures: 0, slow: 0, localLag: 0 },
      { at: at(0), calls: 0, failures: 0, slow: 0, localLag: 5 },
    ]);
    expect(await window()).not.toHaveProperty('series');
    expect((await window({ series: true, version: 2 })).series).toEqual([]);
    expect((await window({ series: true, windowMs: 500 })).series).toMatchObject([{ localLag: 5 }]);
  });
});
