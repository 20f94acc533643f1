import { latencyBinOf, LATENCY_BINS } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { makeRig, makeView } from '../hub.fake.js';

const secondOf = (storeMs: number) => Math.floor(storeMs / 1_000);

describe('latencies', () => {
  it('are merged over instances by breaker and second, and leave once, when the second has settled', async () => {
    const { clock, ports, connect, pass } = makeRig([makeView('stripe'), makeView('search')]);
    const [a, b] = [connect('i1'), connect('i2')];
    clock.time += 1_000 - (clock.storeNow() % 1_000);
    const second = secondOf(clock.storeNow());
    const [fast, slow] = [latencyBinOf(5), latencyBinOf(900)];
    a.signal({ b: 'stripe', v: 1, c: [[0, 5]], h: [fast, 4] });
    await pass(300);
    b.signal(
      {
        b: 'stripe',
        v: 1,
        c: [
          [300, 3],
          [100, 1],
        ],
        h: [fast, 2, slow, 1],
      },
      { b: 'search', v: 1, c: [[0, 1]], h: [slow, 1] },
    );
    const told = () => ports.batches.flatMap(({ latencies }) => latencies ?? []);
    await pass(1_500);
    expect(ports.batches.length).toBeGreaterThan(0);
    expect(told()).toEqual([]);
    await pass(1_500);
    const both = [
      { breaker: 'stripe', second, bins: [fast, 6, slow, 1] },
      { breaker: 'search', second, bins: [slow, 1] },
    ];
    expect(told()).toEqual(both);
    await pass(5_000);
    expect(told()).toEqual(both);
  });

  it('belong to the second of the newest bucket; what is too old is dropped with it', async () => {
    const { hub, clock, ports, connect } = makeRig();
    const client = connect('i1');
    client.signal({
      b: 'stripe',
      v: 1,
      c: [
        [9_000, 1],
        [7_000, 1],
      ],
      h: [3, 1],
    });
    client.signal({ b: 'stripe', v: 1, c: [[3_600_000, 1]], h: [9, 1] });
    await hub.flush();
    const second = secondOf(clock.storeNow() - 7_000);
    expect(ports.batches.at(-1)?.latencies).toEqual([{ breaker: 'stripe', second, bins: [3, 1] }]);
  });

  it('of a hostile sender take up no more than honest ones', async () => {
    const { hub, ports, connect } = makeRig();
    const client = connect('i1');
    for (let age = 0; age < 20_000; age += 100) {
      const h = Array.from({ length: 1_024 }, (_, i) => (i % 2 === 0 ? i : 100_000_000));
      client.signal({ b: 'stripe', v: 1, c: [[age, 1]], h });
    }
    await hub.flush();
    const rows = ports.batches.flatMap(({ latencies }) => latencies ?? []);
    expect(rows.length).toBeLessThanOrEqual(17);
    for (const { bins } of rows) {
      expect(bins.length).toBeLessThanOrEqual(2 * LATENCY_BINS);
      expect(Math.max(...bins)).toBeLessThan(2 ** 32);
    }
  });

  it('that are more numbers than there may be, or no numbers, are refused with their frame', () => {
    const { connect } = makeRig();
    for (const h of [Array<number>(1_025).fill(1), [-1, 1], [0.5, 1]]) {
      const client = connect('i1');
      client.signal({ b: 'stripe', v: 1, c: [[0, 1]], h });
      expect(client.socket.of('error')).toMatchObject([{ code: 'malformed_frame' }]);
    }
  });

  it('of a breaker that ramps leave at once, as its steps are judged by them', async () => {
    const { clock, hub, ports, connect } = makeRig([makeView('stripe', 1, { state: 'ramping' })]);
    const second = secondOf(clock.storeNow());
    connect('i1').signal({ b: 'stripe', v: 1, c: [[0, 5]], h: [40, 4] });
    await hub.flush();
    expect(ports.batches.at(-1)?.latencies).toEqual([{ breaker: 'stripe', second, bins: [40, 4] }]);
    const { length } = ports.batches;
    await hub.flush();
    expect(ports.batches.slice(length).flatMap(({ latencies = [] }) => latencies)).toEqual([]);
  });
});
