import { describe, expect, it } from 'vitest';
import { makeChanges, makeRig, makeView, settle } from '../hub.fake.js';

const ramping = (version: number) =>
  makeView('stripe', version, { state: 'ramping', admission: 2 ** 28 });

describe('presence', () => {
  it('counts instances by what they have applied, and names those furthest behind', async () => {
    const { hub, ports, connect, pass } = makeRig();
    const clients = Array.from({ length: 25 }, (_, i) => connect(`i${i}`));
    clients.slice(0, 2).forEach((client) => client.ack(10));
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    clients[0]?.ack(11);
    await pass(1_000);
    const last = ports.presences.at(-1);
    expect(last).toMatchObject({ hubId: 'hub-1', environmentId: 'env-1' });
    expect(last?.acked).toEqual([
      [0, 23],
      [10, 1],
      [11, 1],
    ]);
    expect(last?.behind).toHaveLength(20);
    expect(last?.behind.every(({ seq }) => seq === 0)).toBe(true);
    expect(hub.convergence(10)).toMatchObject({ connected: 25, applied: 2 });
  });

  it('is reported every second, and not for an empty house', async () => {
    const { ports, connect, pass } = makeRig();
    await pass(3_000);
    expect(ports.presences).toEqual([]);
    const client = connect('i1');
    await pass(3_000);
    expect(ports.presences).toHaveLength(3);
    client.connection.closed();
    await pass(5_000);
    expect(ports.presences).toHaveLength(4);
    expect(ports.presences.at(-1)?.acked).toEqual([]);
  });

  it('leaves out who was not heard for five seconds and a round trip', async () => {
    const { hub, connect, pass } = makeRig();
    connect('silent');
    const heard = connect('heard');
    for (let i = 0; i < 13; i += 1) {
      await pass(500);
      heard.send({ t: 'pong', id: 1 });
    }
    expect(hub.presence().acked).toEqual([[0, 1]]);
    expect(hub.instances()).toHaveLength(2);
  });

  it('counts a resumed connection as having what it resumed from', () => {
    const { hub, connect } = makeRig();
    connect('i1', { epoch: 'e1', seq: 10 });
    expect(hub.convergence(10)).toEqual({ connected: 1, applied: 1, behind: [] });
  });
});

describe('the last acknowledgement of a step', () => {
  it('is reported at once and marks the ramping breaker', async () => {
    const { hub, ports, connect, pass } = makeRig();
    const clients = ['a', 'b', 'c'].map((id) => connect(id));
    await pass(1_000);
    const before = ports.presences.length;
    hub.applyChanges(makeChanges(10, [['stripe', ramping(2)]]));
    clients[0]?.ack(11);
    clients[1]?.ack(11);
    await settle();
    expect(ports.presences).toHaveLength(before);
    clients[2]?.ack(11);
    await settle();
    expect(ports.presences.at(-1)?.acked).toEqual([[11, 3]]);
    expect(ports.dirty).toEqual([['stripe']]);
    expect(ports.woken).toEqual([['stripe']]);
    await pass(3_000);
    expect(ports.dirty).toHaveLength(1);
  });

  it('is not waited for where an instance hangs: progress is reported within 100 ms', async () => {
    const { hub, ports, connect, pass } = makeRig();
    const clients = ['a', 'b', 'c', 'd'].map((id) => connect(id));
    await pass(1_000);
    hub.applyChanges(makeChanges(10, [['stripe', ramping(2)]]));
    clients[0]?.ack(11);
    await pass(100);
    expect(ports.presences.at(-1)?.acked).toEqual([
      [0, 3],
      [11, 1],
    ]);
    expect(ports.dirty).toEqual([]);
    clients[1]?.ack(11);
    clients[2]?.ack(11);
    await pass(100);
    expect(ports.dirty).toEqual([['stripe']]);
  });

  it('is not needed from one that has gone', async () => {
    const { hub, ports, connect, pass } = makeRig();
    const clients = ['a', 'b'].map((id) => connect(id));
    await pass(1_000);
    hub.applyChanges(makeChanges(10, [['stripe', ramping(2)]]));
    clients[0]?.ack(11);
    clients[1]?.connection.closed();
    await settle();
    expect(ports.dirty).toEqual([['stripe']]);
  });

  it('of a breaker that has moved on marks nothing', async () => {
    const { hub, ports, connect } = makeRig();
    const client = connect('a');
    hub.applyChanges(makeChanges(10, [['stripe', ramping(2)]]));
    hub.applyChanges(makeChanges(11, [['stripe', makeView('stripe', 3)]]));
    client.ack(12);
    await settle();
    expect(ports.presences).toHaveLength(1);
    expect(ports.dirty).toEqual([]);
  });

  it('is awaited from those alone that the change was pushed to', async () => {
    const { hub, ports, connect, pass } = makeRig();
    const [a, b] = [connect('a'), connect('b')];
    await pass(1_000);
    hub.applyChanges(makeChanges(10, [['stripe', ramping(2)]]));
    const before = ports.presences.length;
    for (let i = 0; i < 5; i += 1) connect(`late-${i}`).ack(11);
    await settle();
    expect(ports.presences).toHaveLength(before);
    a.ack(11);
    b.ack(11);
    await settle();
    expect(ports.presences.at(-1)?.acked).toEqual([[11, 7]]);
  });
});
