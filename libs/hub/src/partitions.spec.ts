import { ADMISSION_ALL, type PartitionView } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { FakeClient, makeChanges, makeRig, makeView, type Rig, settle } from './hub.fake.js';

const benched = (
  value: string,
  version: number,
  more: Partial<PartitionView> = {},
): PartitionView => ({
  kind: 'instance',
  value,
  version,
  state: 'open',
  mode: 'auto',
  admission: 0,
  retryAfterMs: 3_000,
  ...more,
});
const probed = (value: string, version: number): PartitionView =>
  benched(value, version, { state: 'probing', probe: { round: 1, permits: 2, ttlMs: 5_000 } });

function scopedRig() {
  const rig = makeRig([makeView('stripe', 5)]);
  const join = (id: string, zone: string) =>
    new FakeClient(rig.hub, id).scopedHello({ zone, region: 'eu' });
  return { rig, bad: join('bad', 'a'), good: join('good', 'a'), far: join('far', 'b') };
}
function change(
  { hub }: Rig,
  scopes: readonly PartitionView[],
  lastVersion = Math.max(5, ...scopes.map(({ version }) => version)),
): void {
  hub.applyChanges(
    makeChanges(hub.seq, [
      [
        'stripe',
        {
          ...makeView('stripe', 5),
          ...(scopes.length > 0 && { scopes }),
          lastVersion,
        },
      ],
    ]),
  );
}
const lastCensus = async ({ hub, ports }: Rig) => {
  await hub.flush();
  return ports.batches.at(-1)?.census ?? [];
};

describe('parts of the fleet with a state of their own', () => {
  it('are told to SDKs without what only hubs use, and with what is left of their times', async () => {
    const { rig, far } = scopedRig();
    change(rig, [probed('bad', 6)]);
    await rig.pass(0);
    const [delta] = far.socket.of('delta');
    expect(delta?.breakers[0]).toMatchObject({ version: 5, admission: ADMISSION_ALL });
    expect(delta?.breakers[0]?.scopes).toEqual([
      benched('bad', 6, { state: 'probing', retryAfterMs: 3_000 }),
    ]);
    expect(delta?.breakers[0]).not.toHaveProperty('lastVersion');
    await rig.pass(1_200);
    const late = rig.connect('late');
    expect(late.socket.of('full')[0]?.breakers[0]?.scopes?.[0]?.retryAfterMs).toBe(1_800);
  });

  it('are told apart in who has applied what, as long as there are any', async () => {
    const { rig, bad, good, far } = scopedRig();
    const a = { kind: 'zone', value: 'a' } as const;
    await rig.pass(1_000);
    expect(rig.ports.presences.at(-1)).not.toHaveProperty('parts');
    change(rig, [benched('bad', 6), benched('a', 7, a), benched('gone', 8)]);
    bad.ack(rig.hub.seq);
    far.ack(rig.hub.seq);
    await rig.pass(1_000);
    expect(rig.ports.presences.at(-1)?.parts).toEqual([
      { kind: 'instance', value: 'bad', acked: [[11, 1]], behind: [] },
      {
        ...a,
        acked: [
          [0, 1],
          [11, 1],
        ],
        behind: [{ instanceId: 'good', seq: 0 }],
      },
      { kind: 'instance', value: 'gone', acked: [], behind: [] },
    ]);
    change(rig, []);
    good.ack(rig.hub.seq);
    await rig.pass(1_000);
    expect(rig.ports.presences.at(-1)).not.toHaveProperty('parts');
  });

  it('share a rate limit of their own, and only those that are in them', async () => {
    const { rig, bad, good, far } = scopedRig();
    rig.ports.fleet = 6;
    await rig.pass(10);
    bad.report('stripe', 5, [0, 30]);
    good.report('stripe', 5, [0, 10]);
    far.report('stripe', 5, [0, 10]);
    const ramp = { state: 'ramping', admission: 2 ** 28, maxRps: 80 } as const;
    change(rig, [benched('a', 6, { kind: 'zone', ...ramp })]);
    const told = () =>
      [bad, good, far].map(({ socket }) => socket.of('quota').map(({ rps }) => rps));
    // Half of the fleet is here, so half of the zone and of its 80 calls/s: 5 each, and 30 by demand.
    expect(told()).toEqual([[27.5], [12.5], []]);
    expect(good.socket.of('delta').at(-1)?.breakers[0]?.scopes?.[0]?.maxRps).toBe(80);
    change(rig, [benched('bad', 7, ramp)]);
    expect(told()).toEqual([[27.5, 80], [12.5], []]);
    change(rig, []);
    await rig.pass(3_000);
    expect(told()).toEqual([[27.5, 80], [12.5], []]);
  });

  it('are counted apart, each instance under one version at a time', async () => {
    const { rig, bad, good } = scopedRig();
    bad.report('stripe', 5, [0, 0, 10]);
    good.report('stripe', 5, [0, 10]);
    expect((await lastCensus(rig)).map(({ version, reporting }) => [version, reporting])).toEqual([
      [5, 2],
      [5, 2],
      [5, 2],
    ]);
    change(rig, [benched('bad', 6)]);
    bad.report('stripe', 6, [0, 1, 2]);
    // Admitted before the change: it counts in the store under its version, and for nobody's statistics.
    bad.report('stripe', 5, [0, 0, 5]);
    const rows = await lastCensus(rig);
    expect(
      rows.map(({ version, windowMs, reporting, failing }) => [
        version,
        windowMs,
        reporting,
        failing,
      ]),
    ).toEqual([
      [5, 2_000, 1, 0],
      [5, 8_000, 1, 0],
      [5, 30_000, 1, 0],
      [6, 2_000, 1, 1],
      [6, 8_000, 1, 1],
      [6, 30_000, 1, 1],
    ]);
    // Back with the fleet it begins anew.
    change(rig, [], 6);
    good.report('stripe', 5, [0, 1]);
    expect((await lastCensus(rig))[1]).toMatchObject({ version: 5, reporting: 1, failing: 0 });
    // A late word of the part that is over is no version from the future.
    bad.report('stripe', 6, [0, 0, 1]);
    expect(rig.hub.stats.itemsFutureVersion).toBe(0);
    bad.report('stripe', 7, [0, 0, 1]);
    expect(rig.hub.stats.itemsFutureVersion).toBe(1);
  });

  it('tells the groups of a breaker with parts although nothing fails here', async () => {
    const { rig, good, far } = scopedRig();
    const groups = async () =>
      (await lastCensus(rig)).map((row) => [row.version, row.groups?.length]);
    far.report('stripe', 5, [0, 10]);
    good.report('stripe', 5, [0, 10]);
    expect((await groups())[0]).toEqual([5, undefined]);
    change(rig, [benched('bad', 6)]);
    good.report('stripe', 5, [0, 1]);
    expect((await groups())[0]).toEqual([5, 2]);
  });

  it('tells the groups and buckets once something failed', async () => {
    const { rig, bad, good, far } = scopedRig();
    far.report('stripe', 5, [0, 10]);
    good.report('stripe', 5, [0, 10]);
    expect((await lastCensus(rig))[0]).not.toHaveProperty('groups');
    bad.report('stripe', 5, [0, 0, 4], [300, 0, 4], [900, 0, 2]);
    const [fast] = await lastCensus(rig);
    expect(fast?.groups).toEqual([
      {
        service: 'checkout',
        zone: 'a',
        region: 'eu',
        calls: 20,
        failures: 10,
        slow: 0,
        reporting: 2,
        failing: 1,
        slowInstances: 0,
        failingBuckets: 3,
        observedBuckets: 3,
        keys: [{ keyId: 'key-1', reporting: 2, failing: 1 }],
      },
      expect.objectContaining({ zone: 'b', calls: 10, failures: 0, reporting: 1 }),
    ]);
    expect(fast?.heaviest).toContainEqual(
      expect.objectContaining({ instanceId: 'bad', failingBuckets: 3, observedBuckets: 3 }),
    );
  });

  it('folds what is beyond 64 groups into one', async () => {
    const { rig } = scopedRig();
    for (let i = 0; i < 80; i += 1) {
      new FakeClient(rig.hub, `i${i}`)
        .scopedHello({ zone: `z${i}` })
        .report('stripe', 5, [0, 1, i < 5 ? 3 : 0]);
    }
    const groups = (await lastCensus(rig))[0]?.groups ?? [];
    expect(groups).toHaveLength(65);
    expect(groups.at(-1)).toMatchObject({ service: null, zone: null, reporting: 16, calls: 16 });
    expect(groups.slice(0, 5).every(({ failures }) => failures === 3)).toBe(true);
  });

  it('get their probes from their own instances, at the same time as others', async () => {
    const { rig, bad, good, far } = scopedRig();
    change(rig, [benched('bad', 6), benched('far', 7)]);
    for (const client of [bad, far]) {
      client.report('stripe', client === bad ? 6 : 7, [0, 0, 0, 0, 0, 0, 3]);
    }
    good.report('stripe', 5, [0, 3]);
    change(rig, [probed('bad', 8), probed('far', 9)]);
    await settle();
    expect(bad.socket.of('permit')).toMatchObject([{ v: 8, round: 1 }]);
    expect(far.socket.of('permit')).toMatchObject([{ v: 9, round: 1 }]);
    expect(good.socket.of('permit')).toEqual([]);
    const [permit] = bad.socket.of('permit');
    bad.send({ t: 'probe', b: 'stripe', v: 8, round: 1, id: permit?.id ?? '', ok: true });
    await settle();
    expect(rig.ports.probes).toMatchObject([{ claim: { version: 8, round: 1 }, ok: true }]);
  });

  it('are never an SDK that does not know of them', async () => {
    const { rig } = scopedRig();
    const old = rig.connect('old');
    change(rig, [benched('old', 6)]);
    old.report('stripe', 5, [0, 0, 9]);
    const rows = await lastCensus(rig);
    expect(rows.map(({ version }) => version)).toEqual([5, 5, 5]);
    expect(rows[0]).toMatchObject({
      reporting: 1,
      failing: 1,
      heaviest: [{ instanceId: 'old', failures: 9, failingBuckets: 0 }],
    });
  });
});
