import { BUCKET_MS, INSTANCE_WINDOWS_MS, isFailingInstance } from '@recloser/core';
import type { Aggregate, InstanceStatistics } from '@recloser/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topOffenders } from './heaviest.js';
import { FakeClient, makeChanges, makeRig, makeView } from '../hub.fake.js';

interface Event {
  readonly instance: number;
  readonly waitMs: number;
  readonly ageMs: number;
  readonly ok: number;
  readonly failures: number;
}

const event: fc.Arbitrary<Event> = fc.record({
  instance: fc.nat(4),
  waitMs: fc.oneof(fc.nat(300), fc.nat(4_000), fc.constant(31_000)),
  ageMs: fc.oneof(fc.constant(0), fc.nat(15_000)),
  ok: fc.nat(5),
  failures: fc.nat(5),
});

/** The same by the definition: all events, summed for each instance over the buckets of the window. */
function byDefinition(
  placed: readonly (Event & { bucket: number })[],
  now: number,
  windowMs: number,
) {
  const sums = new Map<number, { calls: number; failures: number }>();
  for (const { instance, bucket, ok, failures } of placed) {
    if (bucket <= now - windowMs / BUCKET_MS || ok + failures === 0) continue;
    const sum = sums.get(instance) ?? { calls: 0, failures: 0 };
    sums.set(instance, { calls: sum.calls + ok + failures, failures: sum.failures + failures });
  }
  const all = [...sums.values()];
  return {
    reporting: all.length,
    failing: all.filter(({ calls, failures }) => isFailingInstance(calls, failures, 0.35)).length,
  };
}

describe('the census', () => {
  it('is exact for every window, whatever the order and age of the signals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 25 }), async (events) => {
        const { hub, clock, ports, connect } = makeRig();
        const clients = [0, 1, 2, 3, 4].map((id) => connect(`i${id}`));
        const placed: (Event & { bucket: number })[] = [];
        for (const one of events) {
          clock.time += one.waitMs;
          clients[one.instance]?.report('stripe', 1, [one.ageMs, one.ok, one.failures]);
          const bucket = Math.floor((clock.storeNow() - one.ageMs) / BUCKET_MS);
          placed.push({ ...one, bucket });
          await hub.flush();
          const now = Math.floor(clock.storeNow() / BUCKET_MS);
          for (const windowMs of INSTANCE_WINDOWS_MS) {
            const rows = ports.batches.at(-1)?.census ?? [];
            const row = rows.find((census) => census.windowMs === windowMs);
            const { reporting, failing } = row ?? { reporting: 0, failing: 0 };
            expect({ reporting, failing }).toEqual(byDefinition(placed, now, windowMs));
          }
        }
        const total = (list: readonly Aggregate[]) =>
          list.reduce((sum, { counts }) => sum + counts.ok + counts.failures, 0);
        const sent = placed.reduce((sum, { ok, failures }) => sum + ok + failures, 0);
        expect(total(ports.batches.flatMap(({ aggregates }) => aggregates))).toBe(sent);
      }),
      { numRuns: 150 },
    );
  });

  it('counts what one key alone says as one voice among many', async () => {
    const { hub, ports, connect } = makeRig();
    for (let i = 0; i < 5; i += 1) connect(`honest-${i}`).report('stripe', 1, [0, 20, 0]);
    for (let i = 0; i < 7; i += 1) {
      new FakeClient(hub, `made-up-${i}`, 'leaked').hello().report('stripe', 1, [0, 0, 20]);
    }
    await hub.flush();
    const [row] = ports.batches.at(-1)?.census ?? [];
    expect(row).toMatchObject({ reporting: 12, failing: 1 });
    expect(row?.groups).toMatchObject([{ service: 'checkout', reporting: 12, failing: 1 }]);
    expect(row?.groups?.[0]?.keys).toEqual(row?.keys);
    expect(row?.keys).toMatchObject([
      { keyId: 'leaked', reporting: 7, failing: 7 },
      { reporting: 5, failing: 0 },
    ]);
    const leaked = row?.heaviest.filter(({ keyId }) => keyId === 'leaked') ?? [];
    expect(leaked.map(({ failures }) => failures)).toEqual(Array(7).fill(20));
  });

  it('counts slow instances like failing ones', async () => {
    const { hub, ports, connect } = makeRig();
    connect('i1').report('stripe', 1, [0, 10, 0, 6]);
    connect('i2').report('stripe', 1, [0, 10, 0, 5]);
    connect('i3').report('stripe', 1, [0, 10, 0, 4]);
    await hub.flush();
    expect(ports.batches.at(-1)?.census[0]).toMatchObject({ reporting: 3, failing: 0, slow: 2 });
  });

  it('goes by the rates that the policy tolerates', async () => {
    const { hub, ports, connect } = makeRig([
      makeView('stripe', 1, { toleratedRate: 0.6, toleratedSlowRate: 0.2 }),
    ]);
    connect('i1').report('stripe', 1, [0, 5, 5, 1]);
    connect('i2').report('stripe', 1, [0, 4, 6, 2]);
    await hub.flush();
    expect(ports.batches.at(-1)?.census[0]).toMatchObject({ reporting: 2, failing: 1, slow: 1 });
  });

  it('begins anew with a version', async () => {
    const { hub, ports, connect } = makeRig();
    const client = connect('i1');
    client.report('stripe', 1, [0, 1, 9]);
    await hub.flush();
    expect(ports.batches.at(-1)?.census[0]).toMatchObject({ version: 1, failing: 1 });
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    client.report('stripe', 1, [0, 0, 9]);
    client.report('stripe', 2, [0, 3]);
    await hub.flush();
    expect(ports.batches.at(-1)?.census).toEqual([
      expect.objectContaining({ version: 2, windowMs: 2_000, reporting: 1, failing: 0 }),
      expect.objectContaining({ version: 2, windowMs: 8_000, reporting: 1, failing: 0 }),
      expect.objectContaining({ version: 2, windowMs: 30_000, reporting: 1, failing: 0 }),
    ]);
  });

  it("counts over the policy's own windows", async () => {
    const { hub, clock, ports, connect } = makeRig([
      makeView('stripe', 1, { windows: [1_000, 60_000] }),
    ]);
    connect('i1').report('stripe', 1, [0, 0, 2]);
    clock.time += 45_000;
    connect('i2').report('stripe', 1, [0, 0, 2]);
    await hub.flush();
    const failing = (rows: readonly InstanceStatistics[] = []) =>
      rows.map((row) => [row.windowMs, row.failing]);
    expect(failing(ports.batches.at(-1)?.census)).toEqual([
      [1_000, 1],
      [60_000, 2],
    ]);
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 1)]]));
    connect('i2').report('stripe', 1, [0, 0, 2]);
    await hub.flush();
    expect(failing(ports.batches.at(-1)?.census)).toEqual([
      [2_000, 1],
      [8_000, 1],
      [30_000, 1],
    ]);
  });

  it('names the heaviest only where something failed', async () => {
    const { hub, ports, clock, connect } = makeRig();
    connect('calm').report('stripe', 1, [0, 900]);
    await hub.flush();
    expect(ports.batches.at(-1)?.census[0]?.heaviest).toEqual([]);
    connect('bad').report('stripe', 1, [0, 1, 2]);
    await hub.flush();
    expect(ports.batches.at(-1)?.census[0]?.heaviest).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ instanceId: 'calm', calls: 900, failures: 0 }),
        expect.objectContaining({
          instanceId: 'bad',
          region: null,
          calls: 3,
          failures: 2,
          lastFailureAt: clock.storeNow() - (clock.storeNow() % BUCKET_MS),
        }),
      ]),
    );
  });

  it('tells what instances left out for their own stalls, and forgets it with the version', async () => {
    const { hub, ports, connect } = makeRig();
    const lagging = (localLag: number, ok = 0) => [0, ok, 0, 0, 0, 0, 0, 0, localLag];
    connect('i1').report('stripe', 1, lagging(3));
    connect('i2').report('stripe', 1, lagging(1, 4));
    connect('i3').report('stripe', 1, [0, 5]);
    await hub.flush();
    const [row] = ports.batches.at(-1)?.census ?? [];
    expect(row).toMatchObject({
      reporting: 2,
      failing: 0,
      lag: { instances: 2, reporting: 3, failing: 1 },
    });
    expect(row?.heaviest.map(({ calls, localLag }) => [calls, localLag])).toEqual([
      [0, 3],
      [4, 1],
      [5, undefined],
    ]);
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    connect('i4').report('stripe', 2, [0, 5]);
    await hub.flush();
    expect(ports.batches.at(-1)?.census[0]).toMatchObject({ reporting: 1 });
    expect(ports.batches.at(-1)?.census[0]).not.toHaveProperty('lag');
  });

  it('caps the heaviest at those that fail most and those that call most', () => {
    const instances = Array.from({ length: 100 }, (_, i) => ({
      instanceId: `i${i}`,
      service: 's',
      zone: null,
      calls: i === 99 ? 10_000 : 100 + i,
      failures: i < 50 ? i : 0,
    }));
    const ids = topOffenders(instances).map(({ instanceId }) => instanceId);
    expect(ids).toHaveLength(32);
    expect(ids.slice(0, 3)).toEqual(['i49', 'i48', 'i47']);
    expect(ids).toContain('i99');
    expect(new Set(ids).size).toBe(32);
  });
});
