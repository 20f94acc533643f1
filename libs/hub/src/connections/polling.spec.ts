import type { ClientFrame, ServerFrame } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { makeChanges, makeRig, makeView, type Rig } from '../hub.fake.js';

async function poll(
  { hub }: Rig,
  id: string,
  frames: readonly (ClientFrame | { t: string })[],
  {
    connection = 'c1',
    key = 'key-1',
    state,
  }: { connection?: string; key?: string; state?: string } = {},
): Promise<ServerFrame[]> {
  const instance = { id, service: 'checkout', sdk: 'js/0.1.0' };
  const texts = frames.map((frame) => JSON.stringify(frame));
  const exchange = { instance, connection, state, frames: texts };
  const { frames: answers } = await hub.exchange({ id: key }, exchange);
  return answers.map((text) => JSON.parse(text) as ServerFrame);
}

const signal = (n: number): ClientFrame => ({
  t: 'signal',
  n,
  items: [{ b: 'stripe', v: 1, c: [[0, 5, 1]] }],
});

describe('the state for who polls', () => {
  it('is a full frame whose tag changes with it', async () => {
    const { hub } = makeRig();
    const first = await hub.polledState();
    expect(first).toMatchObject({ tag: 'e1.10', isUnchanged: false, lease: true, pollMs: 3_333 });
    const payload = hub.polledFrames({ parts: false, deflate: false }, null);
    expect(JSON.parse(payload.at(0)?.text ?? '')).toMatchObject({ t: 'full', seq: 10 });
    expect(await hub.polledState('e1.10')).toMatchObject({ isUnchanged: true, lease: true });
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    expect(await hub.polledState('e1.10')).toMatchObject({ tag: 'e1.11', isUnchanged: false });
    expect(await hub.polledState('e0.11')).toMatchObject({ tag: 'e1.11', isUnchanged: false });
  });

  it('says when nobody is deciding, and is not there before the first snapshot', async () => {
    const { hub, ports } = makeRig();
    ports.alive = false;
    expect(await hub.polledState()).toMatchObject({ lease: false });
    expect(await makeRig(null).hub.polledState()).toBeNull();
  });

  it('never goes back when another node has told of a later one', async () => {
    const rig = makeRig();
    const asked = rig.hub.polledState('e1.11');
    expect(rig.ports.refreshes).toBe(1);
    rig.hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    await rig.pass(25);
    expect(await asked).toMatchObject({ tag: 'e1.11', isUnchanged: true, lease: true });
  });

  it('is not vouched for by a node that cannot read what another node has told', async () => {
    const rig = makeRig();
    await rig.pass(5);
    const asked = rig.hub.polledState('e1.11');
    await rig.pass(3_100);
    expect(await asked).toMatchObject({ tag: 'e1.11', isUnchanged: true, lease: false });
  });

  it('goes back with a database that was restored', async () => {
    const rig = makeRig();
    const asked = rig.hub.polledState('e1.11');
    rig.hub.confirm();
    await rig.pass(3_100);
    expect(await asked).toMatchObject({ tag: 'e1.10', isUnchanged: false });
  });
});

describe('an instance that polls', () => {
  it('reports like others, at most once', async () => {
    const rig = makeRig();
    expect(await poll(rig, 'i1', [signal(1), signal(1)])).toEqual([
      { t: 'got', n: 1 },
      { t: 'got', n: 1 },
    ]);
    await rig.pass(300);
    const counts = rig.ports.batches.flatMap(({ aggregates }) => aggregates);
    expect(counts).toMatchObject([{ breaker: 'stripe', counts: { ok: 5, failures: 1 } }]);
  });

  it('numbers its batches anew when it begins anew', async () => {
    const rig = makeRig();
    await poll(rig, 'i1', [signal(1)]);
    await poll(rig, 'i1', [signal(1)], { connection: 'c2' });
    await rig.pass(300);
    const counts = rig.ports.batches.flatMap(({ aggregates }) => aggregates);
    expect(counts.reduce((sum, aggregate) => sum + aggregate.counts.ok, 0)).toBe(10);
  });

  it('is told what is wrong with a frame, and the others are taken', async () => {
    const rig = makeRig();
    const answers = await poll(rig, 'i1', [{ t: 'dance' }, { t: 'ack' }, signal(1)]);
    expect(answers).toMatchObject([
      { t: 'error', code: 'unknown_frame', fatal: false },
      { t: 'error', code: 'malformed_frame', fatal: false },
      { t: 'got' },
    ]);
  });

  it('is listed, and counts among those that have applied a change while it is heard', async () => {
    const rig = makeRig();
    await poll(rig, 'i1', [{ t: 'ack', seq: 10 }]);
    await poll(rig, 'i2', [], { state: 'e1.10' });
    await poll(rig, 'i3', []);
    expect(rig.hub.instances()).toMatchObject([
      { ackedSeq: 10 },
      { ackedSeq: 10 },
      { ackedSeq: 0 },
    ]);
    expect(rig.hub.convergence(10)).toEqual({ connected: 3, applied: 2, behind: ['i3'] });
    rig.clock.time += 7_000;
    expect(rig.hub.convergence(10)).toMatchObject({ connected: 0 });
  });

  it.each([
    ['a later state, from a node that is ahead', 'e1.12', 12],
    ['a state of another epoch', 'e0.12', 0],
    ['what is no state', 'e1.soon', 0],
  ])('may have %s', async (_, state, ackedSeq) => {
    const rig = makeRig();
    expect(await poll(rig, 'i1', [], { state })).toEqual([]);
    expect(rig.hub.instances()).toMatchObject([{ ackedSeq }]);
  });

  it('does not ask for the state when it has a later one than this node', async () => {
    const { hub } = makeRig();
    const instance = { id: 'i1', service: 'checkout', sdk: 'js/0.1.0' };
    const exchange = { instance, connection: 'c1', frames: [] };
    const tagFor = async (state: string) =>
      (await hub.exchange({ id: 'key-1' }, { ...exchange, state })).tag;
    expect(await tagFor('e1.11')).toBe('e1.11');
    expect(await tagFor('e1.9')).toBe('e1.10');
    expect(await tagFor('e0.11')).toBe('e1.10');
  });

  it('has applied nothing of a new epoch yet', async () => {
    const rig = makeRig();
    await poll(rig, 'i1', [], { state: 'e1.10' });
    rig.hub.replaceSnapshot({ epoch: 'e2', seq: 10, breakers: [makeView('stripe')] });
    expect(rig.hub.convergence(10)).toMatchObject({ connected: 1, applied: 0 });
  });

  it('gets its part of a rate limit, as long as that is fresh', async () => {
    const ramping = makeView('stripe', 2, { state: 'ramping', admission: 2 ** 28, maxRps: 40 });
    const rig = makeRig([ramping]);
    const wanted: ClientFrame = { t: 'signal', n: 1, items: [{ b: 'stripe', v: 2, c: [[0, 5]] }] };
    await poll(rig, 'i1', [wanted], { state: 'e1.10' });
    await rig.pass(2_100);
    const quota = { t: 'quota', b: 'stripe', rps: 40 };
    expect(await poll(rig, 'i1', [])).toContainEqual(expect.objectContaining(quota));
    await rig.pass(12_000);
    expect(await poll(rig, 'i1', [])).toEqual([]);
  });

  it('has gone a minute after its last word, unless its socket is there', async () => {
    const rig = makeRig();
    await poll(rig, 'i1', []);
    await poll(rig, 'i2', []);
    rig.connect('i2');
    expect(rig.hub.instances().map(({ instanceId }) => instanceId)).toEqual(['i2', 'i1']);
    rig.clock.time += 60_000;
    await rig.pass(5);
    expect(rig.hub.takeGone().map(({ instanceId }) => instanceId)).toEqual(['i1']);
  });

  it('does not count as gone when it loses its socket and goes on to poll', async () => {
    const rig = makeRig();
    const client = rig.connect('i1');
    await poll(rig, 'i1', []);
    client.connection.closed();
    expect(rig.hub.takeGone()).toEqual([]);
    expect(rig.hub.instances()).toHaveLength(1);
  });

  it('leaves with its key, and is limited like others', async () => {
    const rig = makeRig(undefined, { maxInstances: 1, frameBurst: 5 });
    await poll(rig, 'i1', []);
    expect(await poll(rig, 'i2', [])).toMatchObject([{ code: 'instance_limit', fatal: true }]);
    const flood = await poll(
      rig,
      'i1',
      Array.from({ length: 30 }, () => ({ t: 'pong', id: 1 })),
    );
    expect(flood).toContainEqual(expect.objectContaining({ code: 'rate_limited' }));
    rig.hub.closeKey('key-1');
    expect(rig.hub.instances()).toEqual([]);
  });
});
