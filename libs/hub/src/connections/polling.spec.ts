import type { ClientFrame, ServerFrame } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { makeChanges, makeRig, makeView, type Rig } from '../hub.fake.js';

function poll(
  { hub }: Rig,
  id: string,
  frames: readonly (ClientFrame | { t: string })[],
  { connection = 'c1', key = 'key-1' } = {},
): ServerFrame[] {
  const instance = { id, service: 'checkout', sdk: 'js/0.1.0' };
  const texts = frames.map((frame) => JSON.stringify(frame));
  const answers = hub.exchange({ id: key }, { instance, connection, frames: texts });
  return answers.map((text) => JSON.parse(text) as ServerFrame);
}

const signal = (n: number): ClientFrame => ({
  t: 'signal',
  n,
  items: [{ b: 'stripe', v: 1, c: [[0, 5, 1]] }],
});

describe('the state for who polls', () => {
  it('is a full frame whose tag changes with it', () => {
    const { hub } = makeRig();
    expect(hub.polledState()).toMatchObject({ tag: 'e1.10', lease: true, pollMs: 3_333 });
    expect(JSON.parse(hub.polledState()?.text ?? '')).toMatchObject({ t: 'full', seq: 10 });
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    expect(hub.polledState()?.tag).toBe('e1.11');
  });

  it('says when nobody is deciding, and is not there before the first snapshot', () => {
    const { hub, ports } = makeRig();
    ports.alive = false;
    expect(hub.polledState()?.lease).toBe(false);
    expect(makeRig(null).hub.polledState()).toBeNull();
  });
});

describe('an instance that polls', () => {
  it('reports like others, at most once', async () => {
    const rig = makeRig();
    expect(poll(rig, 'i1', [signal(1), signal(1)])).toEqual([
      { t: 'got', n: 1 },
      { t: 'got', n: 1 },
    ]);
    await rig.pass(300);
    const counts = rig.ports.batches.flatMap(({ aggregates }) => aggregates);
    expect(counts).toMatchObject([{ breaker: 'stripe', counts: { ok: 5, failures: 1 } }]);
  });

  it('numbers its batches anew when it begins anew', async () => {
    const rig = makeRig();
    poll(rig, 'i1', [signal(1)]);
    poll(rig, 'i1', [signal(1)], { connection: 'c2' });
    await rig.pass(300);
    const counts = rig.ports.batches.flatMap(({ aggregates }) => aggregates);
    expect(counts.reduce((sum, aggregate) => sum + aggregate.counts.ok, 0)).toBe(10);
  });

  it('is told what is wrong with a frame, and the others are taken', () => {
    const rig = makeRig();
    const answers = poll(rig, 'i1', [{ t: 'dance' }, { t: 'ack' }, signal(1)]);
    expect(answers).toMatchObject([
      { t: 'error', code: 'unknown_frame', fatal: false },
      { t: 'error', code: 'malformed_frame', fatal: false },
      { t: 'got' },
    ]);
  });

  it('is listed, but nobody waits for its acknowledgements', () => {
    const rig = makeRig();
    poll(rig, 'i1', [{ t: 'ack', seq: 10 }]);
    expect(rig.hub.instances()).toMatchObject([{ instanceId: 'i1', ackedSeq: 10 }]);
    expect(rig.hub.convergence(10)).toMatchObject({ connected: 0 });
  });

  it('has gone a minute after its last word, unless its socket is there', async () => {
    const rig = makeRig();
    poll(rig, 'i1', []);
    poll(rig, 'i2', []);
    rig.connect('i2');
    expect(rig.hub.instances().map(({ instanceId }) => instanceId)).toEqual(['i2', 'i1']);
    rig.clock.time += 60_000;
    await rig.pass(5);
    expect(rig.hub.takeGone().map(({ instanceId }) => instanceId)).toEqual(['i1']);
  });

  it('does not count as gone when it loses its socket and goes on to poll', () => {
    const rig = makeRig();
    const client = rig.connect('i1');
    poll(rig, 'i1', []);
    client.connection.closed();
    expect(rig.hub.takeGone()).toEqual([]);
    expect(rig.hub.instances()).toHaveLength(1);
  });

  it('leaves with its key, and is limited like others', () => {
    const rig = makeRig(undefined, { maxInstances: 1, frameBurst: 5 });
    poll(rig, 'i1', []);
    expect(poll(rig, 'i2', [])).toMatchObject([{ code: 'instance_limit', fatal: true }]);
    const flood = poll(
      rig,
      'i1',
      Array.from({ length: 30 }, () => ({ t: 'pong', id: 1 })),
    );
    expect(flood).toContainEqual(expect.objectContaining({ code: 'rate_limited' }));
    rig.hub.closeKey('key-1');
    expect(rig.hub.instances()).toEqual([]);
  });
});
