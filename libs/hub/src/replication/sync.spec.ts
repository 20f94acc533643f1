import { CLOSE_CODES } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { FakeClient, makeChanges, makeRig, makeView } from '../hub.fake.js';

describe('state to the SDKs', () => {
  it('answers a hello with the whole environment', () => {
    const { hub } = makeRig([makeView('stripe'), makeView('search', 4)]);
    const { socket } = new FakeClient(hub, 'i1').hello();
    const [full] = socket.of('full');
    expect(full).toMatchObject({
      epoch: 'e1',
      seq: 10,
      environment: { key: 'production', kind: 'production' },
      tuning: { flushMs: 1_000, urgentFlushMs: 50, leaseMs: 10_000, pingMs: 5_000 },
    });
    expect(full?.breakers.map(({ key }) => key)).toEqual(['stripe', 'search']);
    expect(hub.stats.fulls).toBe(1);
  });

  it('pushes one commit as one delta, in the same text to all', () => {
    const { hub, connect } = makeRig([makeView('stripe'), makeView('search')]);
    const clients = ['i1', 'i2', 'i3'].map((id) => connect(id));
    const open = makeView('stripe', 2, { state: 'open', admission: 0 });
    const result = hub.applyChanges(
      makeChanges(10, [
        ['stripe', open],
        ['search', null],
      ]),
    );
    expect(result).toBe('applied');
    for (const { socket } of clients) {
      expect(socket.of('delta')).toEqual([
        { t: 'delta', epoch: 'e1', from: 10, seq: 12, breakers: [open], removed: ['search'] },
      ]);
    }
    expect(new Set(clients.map(({ socket }) => socket.texts.at(-1))).size).toBe(1);
    expect(hub.stats.deltas).toBe(3);
  });

  it('keeps what only hubs use from SDKs, and shrinks the rest of a wait', () => {
    const probing = makeView('stripe', 2, {
      state: 'probing',
      probe: { round: 1, permits: 3, ttlMs: 5_000 },
      windows: [1_000, 20_000],
      retryAfterMs: 5_000,
    });
    const { clock, connect } = makeRig([probing]);
    clock.time += 1_200;
    const sent = connect('i1').socket.of('full')[0]?.breakers[0];
    expect(sent).toMatchObject({ key: 'stripe', retryAfterMs: 3_800 });
    expect(sent).not.toHaveProperty('probe');
    expect(sent).not.toHaveProperty('windows');
  });

  it('sends all that an SDK decides by, and what has changed of it', () => {
    const clauses = [{ attribute: 'email', operator: 'ends_with', values: ['@corp'] }] as const;
    const segmented = (version: number, values: readonly string[]) =>
      makeView('stripe', version, {
        state: 'ramping',
        admission: 2 ** 28,
        cohort: 'suffix',
        maxRps: 50,
        rules: [
          {
            id: 'staff',
            when: 'not_closed',
            clauses: [{ attribute: 'segment', operator: 'in_segment', values: ['staff'] }],
            effect: { kind: 'admit' },
          },
        ],
        segments: [{ key: 'staff', clauses: clauses.map((clause) => ({ ...clause, values })) }],
      });
    const { hub, connect } = makeRig([segmented(2, ['@corp'])]);
    const { socket } = connect('i1');
    expect(socket.of('full')[0]?.breakers).toEqual([segmented(2, ['@corp'])]);
    // An edit of a segment alone changes no version.
    hub.applyChanges(makeChanges(10, [['stripe', segmented(2, ['@other'])]]));
    expect(socket.of('delta')[0]?.breakers).toEqual([segmented(2, ['@other'])]);
  });

  it('ignores changes that it has, and names a gap', () => {
    const { hub, connect } = makeRig();
    const { socket } = connect('i1');
    expect(hub.applyChanges(makeChanges(9, [['stripe', makeView('stripe', 7)]]))).toBe('stale');
    expect(hub.applyChanges(makeChanges(11, [['stripe', makeView('stripe', 2)]]))).toBe('gap');
    expect(hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe')]], 'e2'))).toBe('gap');
    expect(socket.of('delta')).toEqual([]);
    expect(hub.seq).toBe(10);
  });

  it('applies the new part of changes that it has in part', () => {
    const { hub, connect } = makeRig([makeView('a'), makeView('b')]);
    hub.applyChanges(makeChanges(10, [['a', makeView('a', 5)]]));
    const { socket } = connect('i1', { epoch: 'e1', seq: 11 });
    const both = makeChanges(10, [
      ['a', makeView('a', 2)],
      ['b', makeView('b', 3)],
    ]);
    expect(hub.applyChanges(both)).toBe('applied');
    expect(socket.of('delta').at(-1)).toMatchObject({
      from: 11,
      seq: 12,
      breakers: [{ key: 'b', version: 3 }],
    });
  });

  it('sends the difference when a snapshot closes a gap', () => {
    const { hub, connect } = makeRig([makeView('a'), makeView('b'), makeView('c')]);
    const { socket } = connect('i1');
    hub.replaceSnapshot({ epoch: 'e1', seq: 20, breakers: [makeView('a'), makeView('b', 2)] });
    expect(socket.of('delta')).toEqual([
      {
        t: 'delta',
        epoch: 'e1',
        from: 10,
        seq: 20,
        breakers: [makeView('b', 2)],
        removed: ['c'],
      },
    ]);
    hub.replaceSnapshot({ epoch: 'e1', seq: 15, breakers: [] });
    expect(hub.seq).toBe(20);
  });

  it('sends everything when the epoch changes, and expects acknowledgements anew', () => {
    const { hub, connect } = makeRig();
    const client = connect('i1');
    client.ack(10);
    hub.replaceSnapshot({ epoch: 'e2', seq: 3, breakers: [makeView('stripe', 9)] });
    expect(client.socket.of('full').at(-1)).toMatchObject({ epoch: 'e2', seq: 3 });
    expect(hub.convergence(3)).toEqual({ connected: 1, applied: 0, behind: ['i1'] });
    client.ack(3);
    expect(hub.convergence(3).applied).toBe(1);
  });
});

describe('resuming', () => {
  it('sends the changes that were missed, each breaker once, as it is now', () => {
    const { hub, connect } = makeRig([makeView('a'), makeView('b')]);
    hub.applyChanges(makeChanges(10, [['a', makeView('a', 2)]]));
    hub.applyChanges(makeChanges(11, [['b', makeView('b', 2)]]));
    hub.applyChanges(makeChanges(12, [['a', makeView('a', 3)]]));
    const { socket } = connect('i1', { epoch: 'e1', seq: 11 });
    expect(socket.of('full')).toEqual([]);
    const [delta] = socket.of('delta');
    expect(delta).toMatchObject({ from: 11, seq: 13, removed: [] });
    expect(delta?.breakers.map(({ key, version }) => [key, version])).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
  });

  it('never answers with what was true before a change', () => {
    const { hub, connect } = makeRig([makeView('a')]);
    hub.applyChanges(makeChanges(10, [['a', makeView('a', 2)]]));
    connect('i1', { epoch: 'e1', seq: 10 });
    hub.applyChanges(makeChanges(11, [['a', makeView('a', 3)]]));
    const [delta] = connect('i2', { epoch: 'e1', seq: 10 }).socket.of('delta');
    expect(delta).toMatchObject({ from: 10, seq: 12, breakers: [{ key: 'a', version: 3 }] });
  });

  it('confirms with an empty delta when nothing was missed', () => {
    const { socket } = makeRig().connect('i1', { epoch: 'e1', seq: 10 });
    expect(socket.of('delta')).toEqual([
      { t: 'delta', epoch: 'e1', from: 10, seq: 10, breakers: [], removed: [] },
    ]);
  });

  it.each([
    ['another epoch', { epoch: 'e0', seq: 10 }],
    ['a seq before the log', { epoch: 'e1', seq: 9 }],
  ])('sends everything for %s', (_, resume) => {
    const { socket } = makeRig().connect('i1', resume);
    expect(socket.of('full')).toHaveLength(1);
  });

  it('sends everything once the log no longer reaches back', () => {
    const { hub, connect } = makeRig([makeView('a')], { logLength: 3 });
    for (let i = 0; i < 6; i += 1) {
      hub.applyChanges(makeChanges(10 + i, [['a', makeView('a', 2 + i)]]));
    }
    expect(connect('i1', { epoch: 'e1', seq: 13 }).socket.of('delta')).toHaveLength(1);
    expect(connect('i2', { epoch: 'e1', seq: 12 }).socket.of('full')).toHaveLength(1);
  });

  it('waits for the change log when the SDK has seen more than this hub', async () => {
    const { hub, ports, connect, pass } = makeRig();
    const { socket } = connect('i1', { epoch: 'e1', seq: 12 });
    expect(ports.refreshes).toBe(1);
    await pass(500);
    expect(socket.texts).toEqual([]);
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    expect(socket.texts).toEqual([]);
    hub.applyChanges(makeChanges(11, [['stripe', makeView('stripe', 3)]]));
    expect(socket.of('delta')).toMatchObject([{ from: 12, seq: 12, breakers: [] }]);
    hub.applyChanges(makeChanges(12, [['stripe', makeView('stripe', 4)]]));
    expect(socket.of('delta')).toHaveLength(2);
  });

  it('gives in after three seconds with what it has, when the log has no more', async () => {
    const { hub, connect, pass } = makeRig();
    await pass(100);
    const { socket } = connect('i1', { epoch: 'e1', seq: 12 });
    await pass(1_000);
    hub.confirm();
    await pass(2_500);
    expect(socket.of('full')).toMatchObject([{ seq: 10 }]);
  });

  it('sends the SDK elsewhere when it cannot read the log itself', async () => {
    const { connect, pass } = makeRig();
    await pass(100);
    const { socket } = connect('i1', { epoch: 'e1', seq: 12 });
    await pass(3_500);
    expect(socket.of('full')).toEqual([]);
    expect(socket.closedWith?.code).toBe(CLOSE_CODES.going_away.code);
  });

  it('works on a new hub that was given the changes before its snapshot, and after', () => {
    const { hub, connect } = makeRig(null);
    const [resumed, fresh] = [connect('i1', { epoch: 'e1', seq: 8 }), connect('i2')];
    const recent = makeChanges(7, [
      ['a', makeView('a', 2)],
      ['b', makeView('b', 2)],
      ['c', null],
      ['a', makeView('a', 3)],
    ]);
    const breakers = [makeView('a', 2), makeView('b', 2)];
    hub.replaceSnapshot({ epoch: 'e1', seq: 10, breakers }, recent);
    expect(hub.seq).toBe(11);
    const state = (client: FakeClient) =>
      client.socket.frames.flatMap((frame) =>
        frame.t === 'full' || frame.t === 'delta'
          ? [[frame.t, frame.seq, frame.breakers.map(({ key, version }) => `${key}${version}`)]]
          : [],
      );
    expect(state(resumed)).toEqual([
      ['delta', 10, ['b2']],
      ['delta', 11, ['a3']],
    ]);
    expect(resumed.socket.of('delta')[0]?.removed).toEqual(['c']);
    expect(state(fresh)).toEqual([
      ['full', 10, ['a2', 'b2']],
      ['delta', 11, ['a3']],
    ]);
    expect(connect('i3', { epoch: 'e1', seq: 7 }).socket.of('delta')).toHaveLength(1);
    expect(connect('i4', { epoch: 'e1', seq: 6 }).socket.of('full')).toHaveLength(1);
  });

  it('does not trust changes before a snapshot that leave a gap', () => {
    const { hub, connect } = makeRig(null);
    const recent = makeChanges(5, [['a', makeView('a', 2)]]);
    hub.replaceSnapshot({ epoch: 'e1', seq: 10, breakers: [makeView('a', 3)] }, recent);
    expect(hub.seq).toBe(10);
    expect(connect('i1', { epoch: 'e1', seq: 6 }).socket.of('full')).toHaveLength(1);
  });

  it('lets connections wait until it has a snapshot', () => {
    const { hub, connect } = makeRig(null);
    const { socket } = connect('i1');
    expect(hub.ready).toBe(false);
    expect(socket.texts).toEqual([]);
    hub.replaceSnapshot({ epoch: 'e1', seq: 1, breakers: [] });
    expect(socket.of('full')).toHaveLength(1);
  });
});
