import { CLOSE_CODES } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { FakeClient, makeChanges, makeRig, makeView } from '../hub.fake.js';

describe('hello', () => {
  it('must come first', () => {
    const { hub } = makeRig();
    const client = new FakeClient(hub, 'i1');
    client.ack(1);
    expect(client.socket.of('error')).toMatchObject([{ code: 'unexpected_frame', fatal: true }]);
    expect(client.socket.closedWith?.code).toBe(CLOSE_CODES.protocol_error.code);
    expect(hub.stats.connections).toBe(0);
  });

  it('must be readable', () => {
    const { hub } = makeRig();
    const client = new FakeClient(hub, 'i1');
    client.connection.receive('{"t":"hello","v":1}');
    expect(client.socket.of('error')).toMatchObject([{ code: 'malformed_frame', fatal: true }]);
    expect(client.socket.closedWith?.code).toBe(CLOSE_CODES.protocol_error.code);
  });

  it('is refused for a newer protocol, with a wait', () => {
    const { hub } = makeRig();
    const client = new FakeClient(hub, 'i1');
    client.send({ t: 'hello', v: 2, instance: { id: 'i1', service: 's', sdk: 'js/9' } });
    expect(client.socket.of('error')).toMatchObject([
      { code: 'unsupported_version', fatal: true, retryAfterMs: 30_000 },
    ]);
    expect(client.socket.closedWith?.code).toBe(CLOSE_CODES.unsupported_version.code);
  });

  it('must come within ten seconds', async () => {
    const { hub, pass } = makeRig();
    const { socket } = new FakeClient(hub, 'i1');
    await pass(9_500);
    expect(socket.closedWith).toBeNull();
    await pass(1_000);
    expect(socket.closedWith?.code).toBe(CLOSE_CODES.hello_timeout.code);
  });

  it('is said once', () => {
    const client = makeRig().connect('i1');
    client.hello();
    expect(client.socket.of('error')).toMatchObject([{ code: 'unexpected_frame', fatal: false }]);
    expect(client.socket.closedWith).toBeNull();
  });

  it('from the same instance again takes the place of the first', () => {
    const { hub, connect } = makeRig();
    const first = connect('i1');
    const second = connect('i1');
    expect(first.socket.closedWith?.code).toBe(CLOSE_CODES.replaced.code);
    expect(first.socket.of('error')).toMatchObject([{ code: 'replaced', fatal: true }]);
    first.connection.closed();
    expect(hub.instances()).toHaveLength(1);
    expect(hub.takeGone()).toEqual([]);
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    expect(second.socket.of('delta')).toHaveLength(1);
  });

  it('is refused above the number of instances', () => {
    const { connect } = makeRig([makeView('stripe')], { maxInstances: 2 });
    connect('i1');
    connect('i2');
    const third = connect('i3');
    expect(third.socket.of('error')).toMatchObject([{ code: 'instance_limit', fatal: true }]);
    expect(third.socket.closedWith?.code).toBe(CLOSE_CODES.instance_limit.code);
    const again = connect('i2');
    expect(again.socket.of('full')).toHaveLength(1);
  });

  it('has room for a key with few instances, at the cost of the one with most', () => {
    const { hub, connect } = makeRig([makeView('stripe')], { maxInstances: 4 });
    const crowd = ['i1', 'i2', 'i3', 'i4'].map((id) => connect(id));
    const other = new FakeClient(hub, 'o1', 'key-2').hello();
    const second = new FakeClient(hub, 'o2', 'key-2').hello();
    const third = new FakeClient(hub, 'o3', 'key-2').hello();
    expect([other, second, third].map(({ socket }) => socket.closedWith === null)).toEqual([
      true,
      true,
      false,
    ]);
    expect(crowd.filter(({ socket }) => socket.closedWith === null)).toHaveLength(2);
    expect(hub.instances()).toHaveLength(4);
  });

  it('keeps its instance id from others’ keys, and gives it back when it has gone', async () => {
    const { hub, connect } = makeRig();
    const honest = connect('i1');
    const thief = new FakeClient(hub, 'i1', 'key-2').hello();
    expect(thief.socket.of('error')).toMatchObject([{ code: 'instance_taken', fatal: true }]);
    expect(thief.socket.closedWith?.code).toBe(CLOSE_CODES.instance_limit.code);
    expect(honest.socket.closedWith).toBeNull();
    const polled = await hub.exchange(
      { id: 'key-2' },
      { instance: { id: 'i1', service: 'checkout', sdk: 'js/0.1.0' }, connection: 'c', frames: [] },
    );
    expect(polled.frames.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { code: 'instance_taken' },
    ]);
    honest.connection.closed();
    expect(new FakeClient(hub, 'i1', 'key-2').hello().socket.of('full')).toHaveLength(1);
  });
});

describe('bad frames', () => {
  it.each([
    ['no JSON', '{', 'malformed_frame'],
    ['no object', '[1]', 'malformed_frame'],
    ['a wrong field', '{"t":"ack","seq":-1}', 'malformed_frame'],
    [
      'a wrong count',
      '{"t":"signal","n":1,"items":[{"b":"a","v":1,"c":[[0,-1]]}]}',
      'malformed_frame',
    ],
    [
      'a count without end',
      '{"t":"signal","n":1,"items":[{"b":"a","v":1,"c":[[0,1e300]]}]}',
      'malformed_frame',
    ],
    ['an unknown kind', '{"t":"dance"}', 'unknown_frame'],
    ['too much', JSON.stringify({ t: 'x'.repeat(300_000) }), 'frame_too_large'],
  ])('%s gets an error and keeps the connection', (_, text, code) => {
    const { hub, connect, ports } = makeRig();
    const client = connect('i1');
    client.connection.receive(text);
    expect(client.socket.of('error')).toMatchObject([{ code, fatal: false }]);
    expect(client.socket.closedWith).toBeNull();
    expect(hub.stats.framesRefused).toBe(1);
    expect(ports.batches).toEqual([]);
  });

  it('end the connection when they do not stop, but not when they are rare', async () => {
    const { connect, pass } = makeRig();
    const rare = connect('rare');
    for (let i = 0; i < 30; i += 1) {
      rare.connection.receive('{');
      rare.send({ t: 'pong', id: 1 });
      await pass(10_000);
    }
    expect(rare.socket.closedWith).toBeNull();
    const often = connect('often');
    for (let i = 0; i < 11; i += 1) often.connection.receive('{');
    expect(often.socket.of('error').at(-1)).toMatchObject({ code: 'malformed_frame', fatal: true });
    expect(often.socket.closedWith?.code).toBe(CLOSE_CODES.protocol_error.code);
    often.connection.receive('{');
    expect(often.socket.of('error')).toHaveLength(11);
  });

  it('of a kind from the future never end it', () => {
    const client = makeRig().connect('i1');
    for (let i = 0; i < 200; i += 1) client.connection.receive('{"t":"future"}');
    expect(client.socket.closedWith).toBeNull();
    expect(client.socket.of('error').length).toBeLessThan(30);
  });
});

describe('too many frames', () => {
  it('are ignored, and end the connection when they do not stop', () => {
    const { hub, connect } = makeRig();
    const client = connect('i1');
    const before = hub.stats.batches;
    for (let i = 0; i < 450; i += 1) client.report('stripe', 1, [0, 1]);
    // The burst, and one frame for each that the hub sent in answer.
    expect(client.socket.closedWith).toBeNull();
    expect(hub.stats.batches - before).toBe(450);
    for (let i = 0; i < 1_000; i += 1) client.connection.receive('{"t":"pong","id":1}');
    expect(hub.stats.framesRateLimited).toBeGreaterThan(500);
    expect(client.socket.of('error')[0]).toMatchObject({ code: 'rate_limited', fatal: false });
    for (let i = 0; i < 1_000; i += 1) client.connection.receive('{"t":"pong","id":1}');
    expect(client.socket.of('error').at(-1)).toMatchObject({ code: 'rate_limited', fatal: true });
    expect(client.socket.closedWith?.code).toBe(CLOSE_CODES.rate_limited.code);
  });

  it('never cost an acknowledgement', () => {
    const { hub, connect } = makeRig();
    const client = connect('i1');
    client.ack(10);
    for (let seq = 10; seq < 2_010; seq += 1) {
      hub.applyChanges(makeChanges(seq, [['stripe', makeView('stripe', seq)]]));
    }
    for (let seq = 11; seq <= 2_010; seq += 1) client.ack(seq);
    expect(hub.stats.framesRateLimited).toBe(0);
    expect(hub.convergence(2_010)).toEqual({ connected: 1, applied: 1, behind: [] });
  });
});

describe('acknowledgements', () => {
  it('out of order or of the future change nothing', () => {
    const { hub, connect } = makeRig();
    const client = connect('i1');
    hub.applyChanges(makeChanges(10, [['stripe', makeView('stripe', 2)]]));
    client.ack(11);
    client.ack(10);
    expect(hub.instances()[0]?.ackedSeq).toBe(11);
    client.ack(99);
    expect(hub.instances()[0]?.ackedSeq).toBe(11);
    expect(client.socket.of('error')).toMatchObject([{ code: 'future_seq', fatal: false }]);
  });
});

describe('pings', () => {
  it('come every five seconds and renew the lease only while evaluators decide', async () => {
    const { hub, ports, connect, pass } = makeRig();
    const client = connect('i1');
    for (let i = 0; i < 4; i += 1) {
      ports.alive = i < 2;
      hub.confirm();
      await pass(5_000);
      client.send({ t: 'pong', id: 1 });
    }
    const leases = client.socket.of('ping').map(({ lease }) => lease);
    expect(leases).toHaveLength(4);
    expect(leases).toEqual([true, true, false, false]);
  });

  it('do not renew it while the change log cannot be read', async () => {
    const { hub, connect, pass } = makeRig();
    const client = connect('i1');
    for (let i = 0; i < 4; i += 1) {
      if (i < 2) hub.confirm();
      await pass(5_000);
      client.send({ t: 'pong', id: 1 });
    }
    const leases = client.socket.of('ping').map(({ lease }) => lease);
    expect(leases.slice(0, 2)).toEqual([true, true]);
    expect(leases.slice(-1)).toEqual([false]);
  });

  it('that stay unanswered twice end the connection', async () => {
    const { hub, connect, pass } = makeRig();
    const dead = connect('dead');
    const quiet = connect('quiet');
    for (let i = 0; i < 36; i += 1) {
      await pass(500);
      const pings = quiet.socket.of('ping');
      quiet.send({ t: 'pong', id: pings.at(-1)?.id ?? 0 });
    }
    expect(dead.socket.of('ping')).toHaveLength(2);
    expect(dead.socket.closedWith?.code).toBe(CLOSE_CODES.unresponsive.code);
    expect(quiet.socket.closedWith).toBeNull();
    expect(hub.stats.unresponsive).toBe(1);
    expect(hub.takeGone().map(({ instanceId }) => instanceId)).toEqual(['dead']);
  });

  it('renew nothing for a connection that waits for its state', async () => {
    const { connect, pass } = makeRig(null);
    const { socket } = connect('i1');
    await pass(6_000);
    expect(socket.of('ping').map(({ lease }) => lease)).toEqual([false]);
  });
});

describe('the end', () => {
  it('goodbye reaches everyone, and closing is 1001', () => {
    const { hub, connect } = makeRig();
    const clients = [connect('i1'), connect('i2')];
    hub.goodbye('restart', 5_000);
    hub.closeAll('restart');
    for (const { socket } of clients) {
      expect(socket.of('goodbye')).toEqual([{ t: 'goodbye', reason: 'restart', withinMs: 5_000 }]);
      expect(socket.closedWith).toEqual({ code: 1001, reason: 'restart' });
    }
    expect(hub.stats.connections).toBe(0);
  });

  it('a revoked key closes its connections alone', () => {
    const { hub } = makeRig();
    const bad = new FakeClient(hub, 'i1', 'key-1').hello();
    const good = new FakeClient(hub, 'i2', 'key-2').hello();
    hub.closeKey('key-1');
    expect(bad.socket.of('error')).toMatchObject([{ code: 'key_revoked', fatal: true }]);
    expect(bad.socket.closedWith?.code).toBe(CLOSE_CODES.key_revoked.code);
    expect(good.socket.closedWith).toBeNull();
  });

  it("of a client's own making leaves nothing behind", () => {
    const { hub, connect } = makeRig();
    const client = connect('i1');
    client.send({ t: 'goodbye' });
    client.connection.closed();
    connect('i2').connection.closed();
    expect(hub.instances()).toEqual([]);
    expect(hub.stats.connections).toBe(0);
    expect(hub.takeGone().map(({ instanceId }) => instanceId)).toEqual(['i1', 'i2']);
    expect(hub.takeGone()).toEqual([]);
  });
});
