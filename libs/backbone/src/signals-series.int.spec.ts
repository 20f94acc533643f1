import { BUCKET_MS } from '@recloser/core';
import {
  aggregate,
  SIGNAL_TARGETS,
  type SignalServer,
  counts,
  signalScene,
} from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignalStore } from './index.js';

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

  /** A fresh environment: written through one store, read through the other. */
  async function scene() {
    environments += 1;
    return signalScene(two, `env-${environments}`);
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
