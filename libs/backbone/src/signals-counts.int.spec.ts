import { BUCKET_MS, EMPTY_COUNTS } from '@recloser/core';
import {
  aggregate,
  SIGNAL_TARGETS,
  type SignalServer,
  statisticsRow,
  counts,
  signalScene,
} from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignalStore } from './index.js';

const FAST = 2_000;

describe.each(SIGNAL_TARGETS)('counts in the signal store on $name', ({ start }) => {
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

  it('tells the time of the server to both', async () => {
    const before = await one.now();
    const between = await two.now();
    const after = await one.now();
    expect(Number.isSafeInteger(between)).toBe(true);
    expect(between).toBeGreaterThanOrEqual(before);
    expect(between).toBeLessThanOrEqual(after);
  });

  it('sums hubs, services, zones and repeated appends of one bucket', async () => {
    const { environmentId, bucket, window } = await scene();
    const b = bucket(0);
    await one.append({
      hubId: 'hub-1',
      environmentId,
      aggregates: [
        aggregate({ bucket: b, zone: 'a', counts: counts({ ok: 5, failures: 1, slow: 2 }) }),
        aggregate({ bucket: b, zone: 'b', counts: counts({ ok: 7, timeouts: 1, stalled: 3 }) }),
        aggregate({ bucket: b, service: 'cart', counts: counts({ rejected: 4, throttled: 2 }) }),
      ],
      census: [],
    });
    const again = [aggregate({ bucket: b, counts: counts({ ok: 100, localLag: 6 }) })];
    await two.append({ hubId: 'hub-2', environmentId, aggregates: again, census: [] });
    await one.append({ hubId: 'hub-1', environmentId, aggregates: again, census: [] });
    const expected = { ok: 212, failures: 1, slow: 2, timeouts: 1, stalled: 3, rejected: 4 };
    expect((await window()).counts).toEqual(counts({ ...expected, throttled: 2, localLag: 12 }));
  });

  it('keeps counts apart that only rules let in', async () => {
    const { environmentId, bucket, window } = await scene();
    const aggregates = [
      aggregate({ bucket: bucket(0), counts: counts({ ruledOk: 3, ruledFailures: 2 }) }),
    ];
    await one.append({ hubId: 'hub-1', environmentId, aggregates, census: [] });
    expect((await window()).counts).toEqual(counts({ ruledOk: 3, ruledFailures: 2 }));
  });

  it('does not lose or double counts under concurrent appends', async () => {
    const { environmentId, bucket, window } = await scene();
    const batch = (hubId: string) => ({
      hubId,
      environmentId,
      aggregates: [0, 250, 500].flatMap((ago) =>
        ['stripe', 'paypal', 'tax'].map((breaker) =>
          aggregate({ breaker, bucket: bucket(ago), counts: counts({ ok: 1, failures: 2 }) }),
        ),
      ),
      census: [],
    });
    const appends = Array.from({ length: 60 }, (_, i) =>
      (i % 2 === 0 ? one : two).append(batch(`hub-${i % 3}`)),
    );
    await Promise.all(appends);
    expect((await window()).counts).toEqual(counts({ ok: 180, failures: 360 }));
    expect((await window({ breaker: 'tax' })).counts.failures).toBe(360);
  });

  it('has exactly the buckets of the window, the one of now included', async () => {
    const { environmentId, bucket, window, now } = await scene();
    const places = [FAST + 250, FAST, FAST - 250, 0, -250];
    const aggregates = places.map((ago, i) =>
      aggregate({ bucket: bucket(ago), counts: counts({ ok: 10 ** i }) }),
    );
    await one.append({ hubId: 'hub-1', environmentId, aggregates, census: [] });
    expect((await window()).counts.ok).toBe(1_100);
    expect((await window({ windowMs: FAST + 250 })).counts.ok).toBe(1_110);
    expect((await window({ windowMs: 1 })).counts.ok).toBe(1_000);
    expect((await window({}, now + 250)).counts.ok).toBe(11_000);
    const later = await window({}, now + 3_600_000);
    expect(later.counts).toEqual(EMPTY_COUNTS);
  });

  it('leaves out buckets that start before notBefore', async () => {
    const { environmentId, bucket, window } = await scene();
    const aggregates = [750, 500, 250, 0].map((ago, i) =>
      aggregate({ bucket: bucket(ago), counts: counts({ ok: 10 ** i, failures: 1 }) }),
    );
    await one.append({ hubId: 'hub-1', environmentId, aggregates, census: [] });
    const start = bucket(500) * BUCKET_MS;
    expect((await window({ notBefore: start })).counts.ok).toBe(1_110);
    expect((await window({ notBefore: start + 1 })).counts.ok).toBe(1_100);
    const future = await window({ notBefore: start + 60_000 });
    expect(future).toMatchObject({ failingBuckets: 0, firstFailureAt: null, counts: EMPTY_COUNTS });
  });

  it('counts each failing bucket once and tells where the first one starts', async () => {
    const { environmentId, bucket, window } = await scene();
    const failing = (ago: number, zone: string) =>
      aggregate({ bucket: bucket(ago), zone, counts: counts({ failures: 2 }) });
    const aggregates = [
      failing(500, 'a'),
      failing(500, 'b'),
      failing(0, 'a'),
      aggregate({ bucket: bucket(1_000), counts: counts({ ok: 3, ruledFailures: 1 }) }),
    ];
    await one.append({ hubId: 'hub-1', environmentId, aggregates, census: [] });
    await two.append({ hubId: 'hub-2', environmentId, aggregates: [failing(0, 'c')], census: [] });
    const sum = await window();
    expect(sum.failingBuckets).toBe(2);
    expect(sum.firstFailureAt).toBe(bucket(500) * BUCKET_MS);
    expect(sum.lastFailureAt).toBe(bucket(0) * BUCKET_MS);
    expect(sum).not.toHaveProperty('run');
  });

  it('keeps versions, breakers and environments apart', async () => {
    const here = await scene();
    const there = await scene();
    const aggregates = [
      aggregate({ bucket: here.bucket(0), version: 1, counts: counts({ ok: 1 }) }),
      aggregate({ bucket: here.bucket(0), version: 2, counts: counts({ ok: 20 }) }),
      aggregate({ bucket: here.bucket(0), breaker: 'stripe:eu', counts: counts({ ok: 300 }) }),
    ];
    await one.append({ hubId: 'h', environmentId: here.environmentId, aggregates, census: [] });
    expect((await here.window()).counts.ok).toBe(1);
    expect((await here.window({ version: 2 })).counts.ok).toBe(20);
    expect((await here.window({ breaker: 'stripe:eu' })).counts.ok).toBe(300);
    expect((await there.window()).counts.ok).toBe(0);
  });

  it('answers many windows in the order asked for, with zeros for what it does not know', async () => {
    const { environmentId, bucket, now } = await scene();
    const names = Array.from({ length: 300 }, (_, i) => `breaker ${i} "é😀{}'`);
    const aggregates = names.map((breaker, i) =>
      aggregate({ breaker, bucket: bucket(0), counts: counts({ ok: i }) }),
    );
    await one.append({ hubId: 'h', environmentId, aggregates, census: [] });
    const asked = [...names].reverse().flatMap((breaker) => [
      { breaker, version: 1, windowMs: FAST },
      { breaker, version: 1, windowMs: 30_000 },
      { breaker, version: 9, windowMs: FAST },
    ]);
    const sums = await two.windowTotals(environmentId, asked, now);
    expect(sums.map((sum) => sum.breaker)).toEqual(asked.map((query) => query.breaker));
    expect(sums.map((sum) => sum.counts.ok)).toEqual(
      names.map((_, i) => names.length - 1 - i).flatMap((ok) => [ok, ok, 0]),
    );
    expect(await two.windowTotals(environmentId, [], now)).toEqual([]);
  });

  it('takes what a fleet with thousands of active breakers has counted in one batch', async () => {
    const { environmentId, bucket, window } = await scene();
    const names = Array.from({ length: 6_000 }, (_, i) => `breaker-${i}`);
    const aggregates = names.flatMap((breaker) =>
      [0, 250, 500, 750, 1_000].map((ago) =>
        aggregate({ breaker, bucket: bucket(ago), counts: counts({ ok: 2 }) }),
      ),
    );
    const rows = names.map((breaker) => statisticsRow({ breaker, reporting: 3 }));
    await one.append({ hubId: 'h', environmentId, aggregates, census: rows });
    for (const breaker of [names[0]!, names[3_000]!, names.at(-1)!]) {
      expect(await window({ breaker })).toMatchObject({ counts: { ok: 10 }, reporting: 3 });
    }
    const marked = new Set<string>();
    for (let taken = await two.takeDirty(1_000); taken.length > 0;) {
      for (const mark of taken) if (mark.environmentId === environmentId) marked.add(mark.breaker);
      taken = await two.takeDirty(1_000);
    }
    expect(marked.size).toBe(names.length);
  });

  it('adds the census of live hubs, and leaves their counts when a hub is dead', async () => {
    const { environmentId, bucket, window, now } = await scene();
    const instance = (instanceId: string, failures: number) => ({
      instanceId,
      service: 'checkout',
      zone: null,
      calls: failures + 1,
      failures,
    });
    const aggregates = [aggregate({ bucket: bucket(0), counts: counts({ failures: 3 }) })];
    await one.append({
      hubId: 'hub-1',
      environmentId,
      aggregates,
      census: [statisticsRow({ reporting: 9, failing: 9 })],
    });
    await one.append({
      hubId: 'hub-1',
      environmentId,
      aggregates,
      census: [
        statisticsRow({ reporting: 3, failing: 2, heaviest: [instance('a', 4), instance('b', 9)] }),
        statisticsRow({ reporting: 5, failing: 1, windowMs: 30_000 }),
      ],
    });
    const second = [statisticsRow({ reporting: 4, failing: 1, heaviest: [instance('c', 7)] })];
    await two.append({ hubId: 'hub-2', environmentId, aggregates, census: second });

    const sum = await window();
    expect(sum).toMatchObject({ reporting: 7, failing: 3 });
    expect(sum.heaviest.map((entry) => entry.instanceId)).toEqual(['b', 'c', 'a']);
    expect(sum.heaviest[1]).toEqual(instance('c', 7));
    expect(await window({ windowMs: 30_000 })).toMatchObject({ reporting: 5, failing: 1 });
    expect(await window({ version: 2 })).toMatchObject({ reporting: 0, failing: 0, heaviest: [] });

    const dead = await window({ windowMs: 30_000 }, now + 10_000);
    expect(dead).toMatchObject({ reporting: 0, failing: 0, heaviest: [] });
    expect(dead.counts.failures).toBe(9);
  });

  it('names at most 32 instances, those with the most failures', async () => {
    const { environmentId, window } = await scene();
    const heaviest = (from: number) =>
      Array.from({ length: 32 }, (_, i) => ({
        instanceId: `i${from + 2 * i}`,
        service: 's',
        zone: 'z',
        calls: 100,
        failures: from + 2 * i,
      }));
    for (const [i, hubId] of ['hub-1', 'hub-2'].entries()) {
      const rows = [statisticsRow({ reporting: 32, failing: 32, heaviest: heaviest(i) })];
      await one.append({ hubId, environmentId, aggregates: [], census: rows });
    }
    const { heaviest: merged, reporting } = await window();
    expect(reporting).toBe(64);
    expect(merged.map((entry) => entry.failures)).toEqual(
      Array.from({ length: 32 }, (_, i) => 63 - i),
    );
  });

  it('sums seconds over versions and hubs, ascending, within [from, to)', async () => {
    const { environmentId, now } = await scene();
    const second = Math.floor(now / 1_000) - 5;
    const at = (offset: number, ms: number) => ((second + offset) * 1_000 + ms) / BUCKET_MS;
    const rows = [
      aggregate({ breaker: 'b', bucket: at(0, 750), counts: counts({ ok: 1 }) }),
      aggregate({ breaker: 'b', bucket: at(0, 0), version: 2, counts: counts({ failures: 2 }) }),
      aggregate({ breaker: 'a', bucket: at(1, 250), counts: counts({ rejected: 5 }) }),
      aggregate({ breaker: 'b', bucket: at(2, 0), counts: counts({ ok: 9 }) }),
    ];
    await one.append({ hubId: 'hub-1', environmentId, aggregates: rows, census: [] });
    const more = [aggregate({ breaker: 'b', bucket: at(0, 250), counts: counts({ ok: 10 }) })];
    await two.append({ hubId: 'hub-2', environmentId, aggregates: more, census: [] });

    const [from, to] = [second * 1_000, (second + 2) * 1_000];
    expect(await two.perSecondTotals(environmentId, from, to)).toEqual([
      { breaker: 'b', second, counts: counts({ ok: 11, failures: 2 }) },
      { breaker: 'a', second: second + 1, counts: counts({ rejected: 5 }) },
    ]);
    const named = await two.perSecondTotals(environmentId, from, to + 1_000, ['b', 'unknown']);
    expect(named.map((sum) => [sum.second - second, sum.counts.ok])).toEqual([
      [0, 11],
      [2, 9],
    ]);
    expect(await two.perSecondTotals(environmentId, from, to, [])).toEqual([]);
    expect(await two.perSecondTotals(environmentId, to, from)).toEqual([]);
  });

  it('forgets what is older than asked, and nothing else', async () => {
    const { environmentId, bucket, window } = await scene();
    const aggregates = [20_000, 1_000].map((ago) =>
      aggregate({ bucket: bucket(ago), counts: counts({ ok: 1 }) }),
    );
    await one.append({
      hubId: 'h',
      environmentId,
      aggregates,
      census: [statisticsRow({ reporting: 2 })],
    });
    await two.prune(3_600_000);
    expect((await window({ windowMs: 30_000 })).counts.ok).toBe(2);
    await two.prune(10_000);
    const kept = await window();
    expect(kept.counts.ok).toBe(1);
    expect(kept.reporting).toBe(2);
  });

  it('reads lost data as zeros and goes on', async () => {
    const { environmentId, bucket, window } = await scene();
    const aggregates = [aggregate({ bucket: bucket(0), counts: counts({ failures: 5 }) })];
    const rows = [statisticsRow({ reporting: 2, failing: 2 })];
    await one.append({ hubId: 'h', environmentId, aggregates, census: rows });
    expect((await window()).counts.failures).toBe(5);
    await server.loseSignals();
    expect(await window()).toEqual({
      breaker: 'stripe',
      counts: EMPTY_COUNTS,
      failingBuckets: 0,
      firstFailureAt: null,
      lastFailureAt: null,
      reporting: 0,
      failing: 0,
      heaviest: [],
    });
    await one.append({ hubId: 'h', environmentId, aggregates, census: rows });
    expect(await window()).toMatchObject({ failingBuckets: 1, reporting: 2 });
  });
});
