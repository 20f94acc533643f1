import { EMPTY_COUNTS } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { FakeClient, makeChanges, makeRig, makeView, settle } from '../hub.fake.js';

const bucketOf = (storeMs: number) => Math.floor(storeMs / 250);

describe('signals', () => {
  it('are placed on the store clock, summed by service and zone, and acknowledged', async () => {
    const { hub, clock, ports, connect } = makeRig();
    const [a, b] = [connect('i1'), connect('i2')];
    const c = new FakeClient(hub, 'i3').hello(undefined, 'eu-1');
    a.report('stripe', 1, [0, 5, 1, 2, 1, 0, 3, 4, 5, 6, 7], [600, 2]);
    b.report('stripe', 1, [0, 10]);
    c.report('stripe', 1, [0, 100]);
    await hub.flush();
    const now = bucketOf(clock.storeNow());
    const batch = ports.batches.flatMap(({ aggregates }) => aggregates);
    const place = { breaker: 'stripe', version: 1, service: 'checkout' };
    const sums = new Map(batch.map((sum) => [`${sum.zone}@${sum.bucket - now}`, sum]));
    expect([...sums.keys()].sort()).toEqual(['@-3', '@0', 'eu-1@0']);
    expect(sums.get('eu-1@0')).toMatchObject({ ...place, counts: { ...EMPTY_COUNTS, ok: 100 } });
    expect(sums.get('@-3')?.counts).toEqual({ ...EMPTY_COUNTS, ok: 2 });
    const both = batch.filter(({ zone, bucket }) => zone === '' && bucket === now);
    expect(both.reduce((sum, { counts }) => sum + counts.ok, 0)).toBe(15);
    expect(both[0]?.counts).toMatchObject({
      failures: 1,
      slow: 2,
      timeouts: 1,
      rejected: 3,
      throttled: 4,
      localLag: 5,
      ruledOk: 6,
      ruledFailures: 7,
    });
    expect(a.socket.of('got')).toEqual([{ t: 'got', n: 1 }]);
  });

  it('that come twice or late in number are acknowledged again and counted once', async () => {
    const { hub, ports, connect } = makeRig();
    const client = connect('i1');
    const item = { b: 'stripe', v: 1, c: [[0, 1]] };
    for (const n of [3, 3, 2, 4]) client.send({ t: 'signal', n, items: [item] });
    await hub.flush();
    expect(client.socket.of('got').map(({ n }) => n)).toEqual([3, 3, 2, 4]);
    expect(ports.batches.flatMap((b) => b.aggregates).map(({ counts }) => counts.ok)).toEqual([2]);
    expect(hub.stats).toMatchObject({ batches: 2, batchesReplayed: 2 });
  });

  it('count batches per connection', async () => {
    const { hub, ports, connect } = makeRig();
    connect('i1').report('stripe', 1, [0, 1]);
    connect('i1').report('stripe', 1, [0, 1]);
    await hub.flush();
    expect(ports.batches.flatMap((b) => b.aggregates)[0]?.counts.ok).toBe(2);
  });

  it('of an older version stay under it; of a future one they are refused', async () => {
    const { hub, ports, connect } = makeRig([makeView('stripe', 5)]);
    const client = connect('i1');
    client.signal(
      { b: 'stripe', v: 4, c: [[0, 0, 9]] },
      { b: 'stripe', v: 5, c: [[0, 3]] },
      { b: 'stripe', v: 6, c: [[0, 7]] },
    );
    await hub.flush();
    const [batch] = ports.batches;
    expect(
      batch?.aggregates.map(({ version, counts }) => [version, counts.ok + counts.failures]),
    ).toEqual([
      [4, 9],
      [5, 3],
    ]);
    expect(batch?.census.map(({ version, failing }) => [version, failing])).toEqual([
      [5, 0],
      [5, 0],
      [5, 0],
    ]);
    expect(client.socket.of('error')).toMatchObject([{ code: 'future_version', fatal: false }]);
    expect(client.socket.of('got')).toHaveLength(1);
  });

  it('of an unknown breaker are dropped with an error, but not while it is being discovered', async () => {
    const { hub, ports, connect } = makeRig();
    const client = connect('i1');
    client.report('nobody', 0, [0, 1]);
    expect(client.socket.of('error')).toMatchObject([{ code: 'unknown_breaker', fatal: false }]);
    client.send({ t: 'discover', keys: ['nobody'] });
    client.report('nobody', 0, [0, 1]);
    expect(client.socket.of('error')).toHaveLength(1);
    await hub.flush();
    expect(ports.batches).toEqual([]);
    expect(hub.stats.itemsUnknownBreaker).toBe(2);
  });

  it('older than 15 s are dropped, and parts above their whole are cut off', async () => {
    const { hub, ports, connect } = makeRig();
    connect('i1').report('stripe', 1, [15_001, 4], [15_000, 1], [0, 1, 2, 9, 9, 9]);
    await hub.flush();
    const counts = ports.batches.flatMap((b) => b.aggregates).map((sum) => sum.counts);
    expect(counts).toEqual([
      { ...EMPTY_COUNTS, ok: 1 },
      { ...EMPTY_COUNTS, ok: 1, failures: 2, slow: 3, timeouts: 2, stalled: 2 },
    ]);
    expect(hub.stats.bucketsTooOld).toBe(1);
  });
});

describe('draining', () => {
  it('takes a quarter of a second while all is well', async () => {
    const { ports, connect, pass } = makeRig();
    connect('i1').report('stripe', 1, [0, 10]);
    await pass(245);
    expect(ports.batches).toHaveLength(0);
    await pass(5);
    expect(ports.batches).toHaveLength(1);
    expect(ports.woken).toEqual([]);
  });

  it('takes 50 ms while a breaker ramps, as its step is judged by what comes', async () => {
    const { ports, connect, pass } = makeRig([makeView('stripe', 1, { state: 'ramping' })]);
    connect('i1').report('stripe', 1, [0, 10]);
    await pass(45);
    expect(ports.batches).toHaveLength(0);
    await pass(5);
    expect(ports.batches).toHaveLength(1);
    expect(ports.woken).toEqual([]);
  });

  it('happens at once for a failure, then every 25 ms, and wakes an evaluator after it', async () => {
    const { ports, connect, pass, clock } = makeRig();
    const client = connect('i1');
    client.report('stripe', 1, [0, 0, 1]);
    await settle();
    expect(ports.batches).toHaveLength(1);
    expect(ports.woken).toEqual([['stripe']]);
    const start = clock.time;
    const seen: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      client.report('stripe', 1, [0, 0, 1]);
      const before = ports.batches.length;
      await pass(5);
      if (ports.batches.length > before) seen.push(clock.time - start);
    }
    expect(seen).toEqual([25, 50, 75, 100]);
  });

  it('is not urgent for late failures of an older version', async () => {
    const { ports, connect } = makeRig([makeView('stripe', 3)]);
    connect('i1').report('stripe', 2, [0, 0, 5]);
    await settle();
    expect(ports.batches).toEqual([]);
  });

  it('loses a batch that the store refuses, says so, and goes on', async () => {
    const { hub, ports, connect, pass } = makeRig();
    const client = connect('i1');
    ports.failAppend = true;
    client.report('stripe', 1, [0, 0, 1]);
    await settle();
    ports.failAppend = false;
    client.report('stripe', 1, [0, 0, 2]);
    await pass(30);
    expect(hub.stats).toMatchObject({ drains: 2, drainsLost: 1 });
    expect(ports.errors).toEqual(['append signals']);
    expect(ports.batches[0]?.aggregates[0]?.counts.failures).toBe(2);
    expect(ports.batches[0]?.census[0]).toMatchObject({ reporting: 1, failing: 1 });
  });

  it('appends one batch at a time, and gives a stuck one up after five seconds', async () => {
    const { ports, connect, pass } = makeRig();
    const client = connect('i1');
    let release: () => void = () => undefined;
    ports.hold = new Promise((resolve) => (release = resolve));
    client.report('stripe', 1, [0, 0, 1]);
    await settle();
    ports.hold = null;
    client.report('stripe', 1, [0, 0, 2]);
    await pass(1_000);
    expect(ports.batches).toHaveLength(0);
    release();
    await settle();
    expect(ports.batches.map(({ aggregates }) => aggregates[0]?.counts.failures)).toEqual([1, 2]);

    ports.hold = new Promise(() => undefined);
    await pass(50);
    client.report('stripe', 1, [0, 0, 3]);
    await settle();
    ports.hold = null;
    await pass(4_900);
    client.report('stripe', 1, [0, 0, 4]);
    const before = ports.batches.length;
    await pass(200);
    expect(ports.batches.length).toBeGreaterThan(before);
  });

  it('renews a census that is not zero every second, until it is', async () => {
    const { ports, connect, pass } = makeRig();
    connect('i1').report('stripe', 1, [0, 10]);
    await pass(10_000);
    const renewals = ports.batches.slice(1);
    expect(renewals.length).toBeGreaterThanOrEqual(7);
    expect(renewals.every(({ aggregates }) => aggregates.length === 0)).toBe(true);
    await pass(25_000);
    const before = ports.batches.length;
    await pass(5_000);
    expect(ports.batches.length).toBe(before);
  });
});

describe('the table of instances', () => {
  it("shows each one's own ten seconds, the worst first, across versions", async () => {
    const { hub, connect, pass } = makeRig();
    const [good, bad] = [connect('good'), connect('bad')];
    good.report('stripe', 1, [0, 50, 0, 1]);
    bad.report('stripe', 1, [0, 5, 20]);
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    bad.report('stripe', 2, [0, 0, 0, 0, 0, 0, 7]);
    bad.ack(11);
    const row = { service: 'checkout', zone: null };
    expect(hub.live('stripe')).toEqual([
      { ...row, instanceId: 'bad', ok: 5, failures: 20, slow: 0, rejected: 7, ackedSeq: 11 },
      { ...row, instanceId: 'good', ok: 50, failures: 0, slow: 1, rejected: 0, ackedSeq: 0 },
    ]);
    await pass(10_500);
    expect(hub.live('stripe')).toEqual([]);
    expect(hub.live('nobody')).toEqual([]);
  });

  it('names the connected ones with their lag and times', () => {
    const { hub, clock, connect } = makeRig();
    const client = connect('i1');
    clock.time += 700;
    client.send({ t: 'signal', n: 1, items: [{ b: 'stripe', v: 1, c: [[0, 1]] }], lag: 80 });
    clock.time += 300;
    expect(hub.instances()).toEqual([
      {
        instanceId: 'i1',
        service: 'checkout',
        zone: null,
        region: null,
        sdk: 'js/0.1.0',
        keyId: 'key-1',
        ackedSeq: 0,
        lagMs: 80,
        connectedAt: 1_000_500,
        lastSeenAt: 1_001_200,
      },
    ]);
  });
});
