import { BUCKET_MS, type Counts } from '@recloser/core';
import {
  aggregate,
  SIGNAL_TARGETS,
  type SignalServer,
  statisticsRow,
  counts,
} from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignalStore, WindowQuery } from './index.js';

describe.each(SIGNAL_TARGETS)(
  'runs of failures and stalls in the signal store on $name',
  (target) => {
    let server: SignalServer;
    let one: SignalStore;
    let two: SignalStore;
    let environments = 0;
    beforeAll(async () => {
      server = await target.start();
      one = (await server.connect('one')).signals;
      two = (await server.connect('two')).signals;
    });
    afterAll(() => server.stop());

    async function scene() {
      environments += 1;
      const environmentId = `env-${environments}`;
      const now = await one.now();
      const bucket = (agoMs: number) => Math.floor((now - agoMs) / BUCKET_MS);
      const window = async (more: Partial<WindowQuery> = {}) => {
        const query = { breaker: 'stripe', version: 1, windowMs: 2_000, ...more };
        const [sum] = await two.windowTotals(environmentId, [query], now);
        return sum!;
      };
      return { environmentId, bucket, window };
    }

    it('tells the failures since the last bucket with a success, where it is asked', async () => {
      const { environmentId, bucket, window } = await scene();
      const append = (hubId: string, ago: number, some: Partial<Counts>) =>
        one.append({
          hubId,
          environmentId,
          aggregates: [aggregate({ bucket: bucket(ago), counts: counts(some) })],
          census: [],
        });
      await append('hub-1', 1_500, { failures: 4 });
      await append('hub-1', 1_000, { failures: 2 });
      await append('hub-2', 500, { failures: 3, ruledOk: 1 });
      const run = async () => (await window({ run: true })).run;
      expect(await run()).toEqual({ failures: 9, startedAt: bucket(1_500) * BUCKET_MS });
      // In the same bucket as failures: which came first is not known.
      await append('hub-2', 1_000, { ok: 1 });
      expect(await run()).toEqual({ failures: 3, startedAt: bucket(500) * BUCKET_MS });
      await append('hub-1', 0, { ok: 1 });
      expect(await run()).toEqual({ failures: 0, startedAt: null });
      await server.loseSignals();
      expect(await run()).toEqual({ failures: 0, startedAt: null });
    });

    it('tells what instances left out for their own stalls', async () => {
      const { environmentId, bucket, window } = await scene();
      const lagging = { reporting: 1, lag: { instances: 2, reporting: 3, failing: 2 } };
      await one.append({
        hubId: 'hub-1',
        environmentId,
        aggregates: [
          aggregate({ bucket: bucket(500), counts: counts({ ok: 1, localLag: 2 }) }),
          aggregate({ bucket: bucket(250), counts: counts({ failures: 2 }) }),
        ],
        census: [statisticsRow(lagging)],
      });
      const aggregates = [aggregate({ bucket: bucket(0), counts: counts({ ok: 1 }) })];
      const plain = [statisticsRow({ reporting: 4, failing: 1 })];
      await two.append({ hubId: 'hub-2', environmentId, aggregates, census: plain });
      expect(await window()).toMatchObject({
        reporting: 5,
        failingBuckets: 1,
        lag: { instances: 2, reporting: 7, failing: 3, failingBuckets: 2 },
      });
    });
  },
);
