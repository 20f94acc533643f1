import { describe, expect, it } from 'vitest';
import { type FakeClient, makeChanges, makeRig, makeView, type Rig, settle } from '../hub.fake.js';

const probing = (version: number, round: number, permits = 3) =>
  makeView('stripe', version, {
    state: 'probing',
    admission: 0,
    probe: { round, permits, ttlMs: 5_000 },
  });

/** An open breaker and instances, of which those named have wanted a call. */
function openRig(ids: readonly string[], wanting: readonly string[] = ids) {
  const rig = makeRig([makeView('stripe', 4, { state: 'open', admission: 0 })]);
  const clients = ids.map((id) => rig.connect(id));
  for (const client of clients) if (wanting.includes(client.id)) reject(client, 4);
  return { rig, clients };
}

function reject(client: FakeClient, version: number): void {
  client.report('stripe', version, [0, 0, 0, 0, 0, 0, 3]);
}

async function probe({ hub }: Rig, version: number, round: number, permits = 3): Promise<void> {
  hub.applyChanges(makeChanges(hub.seq, [['stripe', probing(version, round, permits)]]));
  await settle();
}

/** Answers all permits that are held and have no answer yet: their calls have succeeded. */
async function succeed(clients: readonly FakeClient[], answered = new Set<string>()) {
  for (const client of clients) {
    for (const { b, v, round, id } of client.socket.of('permit')) {
      if (answered.has(id)) continue;
      answered.add(id);
      client.send({ t: 'probe', b, v, round, id, ok: true });
    }
  }
  await settle();
  return answered;
}

const holders = (clients: readonly FakeClient[]) =>
  clients.filter(({ socket }) => socket.of('permit').length > 0).map(({ id }) => id);

describe('permits', () => {
  it('go to different instances that were rejected lately, after the state', async () => {
    const { rig, clients } = openRig(['a', 'b', 'c', 'd', 'e'], ['a', 'c', 'd', 'e']);
    await probe(rig, 5, 1);
    expect(holders(clients)).toHaveLength(1);
    await succeed(clients);
    expect(holders(clients)).toHaveLength(3);
    expect(holders(clients)).not.toContain('b');
    const permits = clients.flatMap(({ socket }) => socket.of('permit'));
    expect(permits.map(({ id }) => id).sort()).toEqual(['5.1.0', '5.1.1', '5.1.2']);
    expect(permits[0]).toMatchObject({ b: 'stripe', v: 5, round: 1, ttlMs: 5_000 });
    for (const { socket } of clients) {
      const kinds = socket.frames.map(({ t }) => t).filter((t) => t === 'delta' || t === 'permit');
      expect(kinds[0]).toBe('delta');
    }
    expect(rig.hub.stats.permits).toBe(3);
  });

  it('are one as long as no call of the round has succeeded, whoever made it', async () => {
    const { rig, clients } = openRig(['a', 'b', 'c', 'd']);
    await probe(rig, 5, 1);
    for (const client of clients) reject(client, 5);
    await settle();
    expect(holders(clients)).toHaveLength(1);
    const idle = clients.find(({ id }) => !holders(clients).includes(id))!;
    // Of another node, whose instance had the first one.
    idle.send({ t: 'probe', b: 'stripe', v: 5, round: 1, id: '5.1.2', ok: false });
    await settle();
    expect(holders(clients)).toHaveLength(1);
    idle.send({ t: 'probe', b: 'stripe', v: 5, round: 1, id: '5.1.1', ok: true });
    await settle();
    expect(holders(clients)).toHaveLength(3);
  });

  it('are asked for again when they have expired: the store may have been emptied', async () => {
    const { rig, clients } = openRig(['a', 'b', 'c']);
    await probe(rig, 5, 1);
    const answered = await succeed(clients);
    const given = () => clients.flatMap(({ socket }) => socket.of('permit')).length;
    expect([given(), answered.size]).toEqual([3, 1]);
    rig.ports.claimed.clear();
    await rig.pass(4_000);
    for (const client of clients) reject(client, 5);
    await settle();
    expect(given()).toBe(3);
    await rig.pass(3_000);
    for (const client of clients) reject(client, 5);
    await settle();
    expect(given()).toBe(6);
  });

  it('wait for demand where there is none yet', async () => {
    const { rig, clients } = openRig(['a', 'b', 'c', 'd'], []);
    await probe(rig, 5, 1);
    expect(holders(clients)).toEqual([]);
    expect(rig.ports.claimed.size).toBe(0);
    for (const client of clients) {
      reject(client, 5);
      await settle();
    }
    expect(holders(clients)).toEqual(['a']);
    await succeed(clients);
    expect(holders(clients)).toHaveLength(3);
  });

  it('do not go to instances whose demand is ten seconds old', async () => {
    const { rig, clients } = openRig(['a', 'b']);
    rig.clock.time += 10_300;
    await probe(rig, 5, 1);
    expect(holders(clients)).toEqual([]);
  });

  it('are one for each instance and round', async () => {
    const { rig, clients } = openRig(['a']);
    await probe(rig, 5, 1);
    for (let i = 0; i < 3; i += 1) {
      reject(clients[0]!, 5);
      await settle();
    }
    expect(clients[0]?.socket.of('permit')).toHaveLength(1);
    await probe(rig, 5, 2);
    expect(clients[0]?.socket.of('permit').map(({ id }) => id)).toEqual(['5.1.0', '5.2.0']);
  });

  it('are no longer asked for once the store has no more', async () => {
    const { rig, clients } = openRig(['a', 'b']);
    rig.ports.claimed.set('stripe.5.1', 2);
    await probe(rig, 5, 1);
    expect(holders(clients)).toHaveLength(1);
    rig.ports.claimed.set('stripe.5.1', 0);
    reject(rig.connect('c'), 5);
    await settle();
    expect(rig.ports.claimed.get('stripe.5.1')).toBe(0);
  });

  it('are asked for again when the store did not answer', async () => {
    const { rig, clients } = openRig(['a']);
    rig.ports.failClaim = true;
    await probe(rig, 5, 1);
    expect(rig.ports.errors).toEqual(['claim permits']);
    rig.ports.failClaim = false;
    reject(clients[0]!, 5);
    await settle();
    expect(holders(clients)).toEqual(['a']);
  });

  it('of an instance that has gone before it got one go to another', async () => {
    const { rig, clients } = openRig(['a']);
    rig.hub.applyChanges(makeChanges(10, [['stripe', probing(5, 1, 1)]]));
    clients[0]?.connection.closed();
    await settle();
    const other = rig.connect('b');
    reject(other, 5);
    await settle();
    expect(other.socket.of('permit').map(({ id }) => id)).toEqual(['5.1.0']);
  });

  it('are not claimed twice while a claim is under way', async () => {
    const { rig, clients } = openRig(['a', 'b', 'c', 'd', 'e', 'f']);
    rig.hub.applyChanges(makeChanges(10, [['stripe', probing(5, 1, 2)]]));
    for (const client of clients) reject(client, 5);
    expect(rig.ports.claims).toBe(1);
    await settle();
    expect(holders(clients)).toHaveLength(1);
    await succeed(clients);
    expect(holders(clients)).toHaveLength(2);
    expect(rig.ports.claimed.get('stripe.5.1')).toBe(2);
  });

  it('are over when the breaker moves on', async () => {
    const { rig, clients } = openRig(['a', 'b'], []);
    await probe(rig, 5, 1);
    rig.hub.applyChanges(makeChanges(rig.hub.seq, [['stripe', makeView('stripe', 6)]]));
    for (const client of clients) reject(client, 5);
    await settle();
    expect(holders(clients)).toEqual([]);
  });
});

describe('results', () => {
  it('are recorded under their claim, and wake an evaluator', async () => {
    const { rig, clients } = openRig(['a']);
    await probe(rig, 5, 1);
    clients[0]?.send({ t: 'probe', b: 'stripe', v: 5, round: 1, id: '5.1.0', ok: true });
    await settle();
    expect(rig.ports.probes).toEqual([
      {
        claim: { environmentId: 'env-1', breaker: 'stripe', version: 5, round: 1 },
        id: '5.1.0',
        ok: true,
      },
    ]);
    expect(rig.ports.woken).toEqual([['stripe']]);
  });

  it.each([
    ['another round', { v: 5, round: 2, id: '5.1.0' }],
    ['an old version', { v: 4, round: 1, id: '4.1.0' }],
    ["another instance's permit", { v: 5, round: 1, id: '5.1.0' }],
  ])('of %s count for nothing', async (_, result) => {
    const { rig } = openRig(['a']);
    await probe(rig, 5, 1);
    const thief = rig.connect('b');
    thief.send({ t: 'probe', b: 'stripe', ok: true, ...result });
    await settle();
    expect(rig.ports.probes).toEqual([]);
    expect(thief.socket.closedWith).toBeNull();
  });

  it('for a permit of another hub are passed on', async () => {
    const { rig, clients } = openRig(['a'], []);
    await probe(rig, 5, 1);
    clients[0]?.send({ t: 'probe', b: 'stripe', v: 5, round: 1, id: '5.1.2', ok: false });
    await settle();
    expect(rig.ports.probes).toMatchObject([{ id: '5.1.2', ok: false }]);
  });
});
