import { evenQuota } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { type FakeClient, makeChanges, makeRig, makeView } from '../hub.fake.js';

const ramping = (maxRps: number, version = 2) =>
  makeView('stripe', version, { state: 'ramping', admission: 2 ** 28, maxRps });
const lastQuota = (client: FakeClient) => client.socket.of('quota').at(-1)?.rps;

describe('a rate limit of the fleet', () => {
  it('is split by recent demand, what was limited included, and only with who has any', async () => {
    const { hub, ports, connect, pass } = makeRig();
    const [busy, other, idle] = ['i1', 'i2', 'i3', 'i4'].map((id) => connect(id));
    ports.fleet = 4;
    await pass(10);
    busy!.report('stripe', 1, [0, 20, 5, 0, 0, 0, 5]);
    other!.report('stripe', 1, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
    hub.applyChanges(makeChanges(10, [['stripe', ramping(100)]]));
    expect(busy!.socket.of('quota')).toEqual([
      { t: 'quota', b: 'stripe', rps: 62.5, ttlMs: 5_000 },
    ]);
    expect(lastQuota(other!)).toBe(25);
    expect(idle!.socket.of('quota')).toEqual([]);
    expect(62.5 + 25 + 2 * evenQuota(100, 4)).toBe(100);
  });

  it('is told anew as demand changes, until the ramp is over', async () => {
    const { hub, connect, pass } = makeRig([ramping(100)]);
    const [one, two] = [connect('i1'), connect('i2')];
    one.report('stripe', 2, [0, 10]);
    await pass(2_100);
    expect(lastQuota(one)).toBe(87.5);
    two.report('stripe', 2, [0, 30]);
    await pass(2_000);
    expect([lastQuota(one), lastQuota(two)]).toEqual([31.25, 68.75]);
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 3)]]));
    const told = one.socket.of('quota').length;
    one.report('stripe', 3, [0, 10]);
    await pass(5_000);
    expect(one.socket.of('quota')).toHaveLength(told);
  });

  it('of two hubs is never more than there is', async () => {
    const rigs = [makeRig([ramping(100)]), makeRig([ramping(100)])];
    let sum = 0;
    for (const [index, { ports, connect, pass }] of rigs.entries()) {
      ports.fleet = 8;
      const clients = Array.from({ length: index === 0 ? 6 : 2 }, (_, i) =>
        connect(`h${index}-${i}`),
      );
      await pass(10);
      for (const client of clients.slice(0, 2)) client.report('stripe', 2, [0, 10]);
      await pass(2_100);
      for (const client of clients) sum += lastQuota(client) ?? evenQuota(100, 8);
    }
    expect(sum).toBeCloseTo(100, 1);
  });
});
