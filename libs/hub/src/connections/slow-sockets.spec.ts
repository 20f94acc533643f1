import { CLOSE_CODES } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { FakeClient, makeChanges, makeRig, makeView } from '../hub.fake.js';

describe('a socket that cannot keep up', () => {
  it('is closed to resync while the others get the change', () => {
    const { hub, connect } = makeRig();
    const slow = connect('slow');
    const quick = connect('quick');
    slow.socket.buffered = 1024 * 1024 + 1;
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    expect(slow.socket.closedWith).toEqual({
      code: CLOSE_CODES.slow_consumer.code,
      reason: 'slow_consumer',
    });
    expect(quick.socket.of('delta')).toHaveLength(1);
    expect(hub.stats).toMatchObject({ slowConsumers: 1, connections: 1 });
    expect(hub.instances().map(({ instanceId }) => instanceId)).toEqual(['quick']);
  });

  it('is sent a long change piece by piece, as it takes them, and then what came meanwhile', async () => {
    const { hub, connect, pass } = makeRig();
    const { socket } = connect('slow');
    const keys = Array.from({ length: 9_000 }, (_, i) => `breaker-${i}`.padEnd(200, 'x'));
    const seq = 10 + keys.length;
    socket.room = 400_000;
    hub.applyChanges(
      makeChanges(
        10,
        keys.map((key) => [key, makeView(key, 2)]),
      ),
    );
    hub.applyChanges(makeChanges(seq, [['stripe', makeView('stripe', 3)]]));
    await pass(20_000);
    expect(socket.buffered).toBeLessThan(400_000);
    expect(socket.of('delta')).toEqual([]);
    for (let i = 0; i < 20; i += 1) {
      socket.buffered = 0;
      await pass(5_000);
    }
    expect(socket.closedWith).toBeNull();
    expect(socket.of('delta').map(({ seq: at, breakers }) => [at, breakers.length])).toEqual([
      [seq, 9_000],
      [seq + 1, 1],
    ]);
    hub.applyChanges(makeChanges(seq + 1, [['stripe', makeView('stripe', 4)]]));
    expect(socket.of('delta')).toHaveLength(3);
  });

  it('that takes nothing of its state for half a minute is closed', async () => {
    const { hub, pass } = makeRig(
      Array.from({ length: 5_000 }, (_, i) => makeView(`breaker-${i}`)),
    );
    const client = new FakeClient(hub, 'stuck');
    client.socket.room = 100_000;
    client.hello();
    await pass(29_000);
    expect(client.socket.closedWith).toBeNull();
    await pass(10_000);
    expect(client.socket.closedWith).toMatchObject({ reason: 'slow_consumer' });
  });

  it('loses nobody else when many are dropped in one push', () => {
    const { hub, connect } = makeRig();
    const clients = Array.from({ length: 9 }, (_, i) => connect(`i${i}`));
    clients.forEach(({ socket }, i) => (socket.buffered = i % 2 === 0 ? 2e6 : 0));
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    const got = clients.filter(({ socket }) => socket.of('delta').length === 1);
    expect(got.map(({ id }) => id)).toEqual(['i1', 'i3', 'i5', 'i7']);
    hub.applyChanges(makeChanges(11, [['stripe', makeView('stripe', 3)]]));
    expect(got.every(({ socket }) => socket.of('delta').length === 2)).toBe(true);
  });
});
