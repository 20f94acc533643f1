import {
  BACKBONE_TARGETS,
  type BackboneServer,
  CLUSTERED_BACKBONE_TARGETS,
  type ClusteredBackboneServer,
} from '@recloser/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backbone, BusPayload } from './index.js';

function inbox() {
  const got: BusPayload[] = [];
  return { got, handler: (payload: BusPayload) => void got.push(payload) };
}

describe.each(CLUSTERED_BACKBONE_TARGETS)('the bus on $name', ({ start }) => {
  let server: ClusteredBackboneServer;
  let one: Backbone;
  let two: Backbone;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    one = await server.connect('one');
    two = await server.connect('two');
  });
  afterEach(() => server.reset());

  it('brings a message to every listener of its topic, in every process, the sender included', async () => {
    const [a, b, c, other] = [inbox(), inbox(), inbox(), inbox()];
    await one.bus.subscribe('seq', a.handler);
    await one.bus.subscribe('seq', b.handler);
    await two.bus.subscribe('seq', c.handler);
    await two.bus.subscribe('keys', other.handler);
    await one.bus.publish('seq', { environmentId: 'é"😀', seq: 2 ** 40 });
    await one.bus.publish('keys', { environmentId: 'e', keyId: 'k' });
    const expected = [{ environmentId: 'é"😀', seq: 2 ** 40 }];
    for (const box of [a, b, c]) await expect.poll(() => box.got).toEqual(expected);
    await expect.poll(() => other.got).toEqual([{ environmentId: 'e', keyId: 'k' }]);
    expect(a.got).toEqual(expected);
  });

  it('stops when asked to, and only for the one who asked', async () => {
    const [gone, stays] = [inbox(), inbox()];
    const stop = await two.bus.subscribe('wake', gone.handler);
    await two.bus.subscribe('wake', stays.handler);
    await stop();
    await one.bus.publish('wake', { environmentId: 'e' });
    await expect.poll(() => stays.got).toHaveLength(1);
    expect(gone.got).toEqual([]);
  });

  it('a handler that throws disturbs no other', async () => {
    const after = inbox();
    await two.bus.subscribe('seq', () => {
      throw new Error('mine');
    });
    await two.bus.subscribe('seq', after.handler);
    await one.bus.publish('seq', { environmentId: 'e', seq: 1 });
    await one.bus.publish('seq', { environmentId: 'e', seq: 2 });
    // The nodes of a cluster pass messages on in any order.
    await expect.poll(() => after.got.map((payload) => payload.seq).sort()).toEqual([1, 2]);
  });

  it('listens again by itself after its connection was cut, and says that something was missed', async () => {
    const box = inbox();
    const gap = vi.fn();
    two.bus.onGap(gap);
    await two.bus.subscribe('seq', box.handler);
    for (let cut = 1; cut <= 3; cut += 1) {
      await server.cutBus();
      await expect.poll(() => gap.mock.calls.length, { timeout: 60_000 }).toBe(cut);
      await one.bus.publish('seq', { environmentId: 'e', seq: cut });
      await expect.poll(() => box.got.at(-1)?.seq).toBe(cut);
    }
  });

  it('can be closed, twice, and at any time', async () => {
    const box = inbox();
    const listening = two.bus.subscribe('seq', box.handler);
    await two.close();
    await listening;
    await two.close();
    await one.bus.publish('seq', { environmentId: 'e', seq: 1 });
    expect(box.got).toEqual([]);
  });
});

describe.each(BACKBONE_TARGETS)('the bus on $name over a bad network', ({ start }) => {
  let server: BackboneServer;
  let one: Backbone;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    one = await server.connect('one');
  });
  afterEach(() => server.reset());

  it('finds out by itself that a connection is dead of which nobody tells', async () => {
    const { backbone, proxy } = await server.connectThroughProxy('frozen');
    const [box, gap] = [inbox(), vi.fn()];
    backbone.bus.onGap(gap);
    await backbone.bus.subscribe('seq', box.handler);
    proxy.freeze();
    await one.bus.publish('seq', { environmentId: 'e', seq: 1 });
    await expect.poll(() => gap.mock.calls.length, { timeout: 60_000 }).toBe(1);
    await one.bus.publish('seq', { environmentId: 'e', seq: 2 });
    await expect.poll(() => box.got).toEqual([{ environmentId: 'e', seq: 2 }]);
  });

  it('starts to listen once the server can be reached', async () => {
    const { backbone, proxy } = await server.connectThroughProxy('early');
    proxy.cut();
    const box = inbox();
    const listening = backbone.bus.subscribe('seq', box.handler);
    await backbone.bus.publish('seq', { environmentId: 'lost' });
    proxy.heal();
    await listening;
    await one.bus.publish('seq', { environmentId: 'e', seq: 1 });
    await expect.poll(() => box.got).toEqual([{ environmentId: 'e', seq: 1 }]);
  });
});
