import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RecloserSdkError } from '../errors.js';
import { type AppliedEvent, type TransitionEvent } from '../events.js';
import { Recloser } from '../recloser.js';
import { SDK_NAME } from '../version.js';
import { FakeSystem, makeConnected, makeDelta, makeFull, makeRig, makeView } from '../sdk.fake.js';

const OPEN = { state: 'open', admission: 0, version: 2 } as const;

/** A breaker whose rules ask these. */
const asking = (...operators: string[]) => ({
  ...makeView('a'),
  rules: operators.map((operator) => ({
    id: operator,
    when: 'always',
    clauses: [{ attribute: 'plan', operator, values: ['pro'] }],
    effect: { kind: 'reject' },
  })),
});
const tell = (system: FakeSystem, seq: number, view: object) =>
  system.socket.text(JSON.stringify({ ...makeFull([], seq), breakers: [view] }));

describe('operators of a later version', () => {
  it('are told once each, and match nobody', () => {
    const { system, recloser } = makeRig();
    const errors: RecloserSdkError[] = [];
    recloser.on('error', (error) => void errors.push(error));
    system.socket.open();
    tell(system, 1, asking('in', 'orbits'));
    tell(system, 2, asking('orbits', 'in', 'eclipses'));
    expect(errors.map(({ code }) => code)).toEqual(['unknown_operator', 'unknown_operator']);
    expect(errors[0]?.message).toMatch(/rule of breaker "a" asks "orbits"/);
    expect(errors[1]?.message).toContain('"eclipses"');
    expect(recloser.breaker('a').allows({ plan: 'free' })).toBe(true);
    expect(recloser.breaker('a').allows({ plan: 'pro' })).toBe(false);
  });

  it('are told in a segment and to who listens to nothing, and never without end', () => {
    const { system } = makeRig();
    system.socket.open();
    const segments = [{ key: 's', clauses: asking('orbits').rules[0]?.clauses }];
    tell(system, 1, { ...makeView('a'), segments });
    expect(system.warnings).toMatchObject([{ code: 'RECLOSER_UNKNOWN_OPERATOR' }]);
    const many = makeRig();
    const errors: unknown[] = [];
    many.recloser.on('error', (error) => void errors.push(error));
    many.system.socket.open();
    tell(many.system, 1, asking(...Array.from({ length: 50 }, (_, i) => `op-${i}`)));
    expect(errors).toHaveLength(20);
  });
});

describe('the beginning', () => {
  it('connects at once, with its key and who it is', () => {
    const { system } = makeRig({
      url: 'ws://cp:4400',
      sdkKey: 'rk_1',
      service: 'shop',
      zone: 'z1',
    });
    expect(system.socket.url).toBe('ws://cp:4400/v1/sdk');
    expect(system.socket.headers).toEqual({ authorization: 'Bearer rk_1' });
    system.socket.open();
    const instance = {
      id: 'i1',
      service: 'shop',
      zone: 'z1',
      sdk: SDK_NAME,
      pid: 42,
      features: ['scopes', 'parts'],
    };
    expect(system.socket.frames).toEqual([{ t: 'hello', v: 1, instance }]);
  });

  it('takes address and key from the environment', () => {
    const system = new FakeSystem();
    system.env['RECLOSER_URL'] = 'https://cp.example';
    system.env['RECLOSER_SDK_KEY'] = 'rk_2';
    new Recloser({}, system);
    expect(system.socket.url).toBe('wss://cp.example/v1/sdk');
    expect(system.socket.headers).toEqual({ authorization: 'Bearer rk_2' });
  });

  it('does not connect when it is told not to', async () => {
    const { system, recloser } = makeRig({ connect: false });
    expect(system.sockets).toEqual([]);
    await expect(recloser.ready()).resolves.toBe(false);
  });

  it('applies and acknowledges a snapshot, and is ready', async () => {
    const { system, recloser } = makeRig();
    const ready = recloser.ready();
    system.socket.open();
    system.socket.frame(makeFull([makeView('stripe', OPEN)], 7));
    await expect(ready).resolves.toBe(true);
    expect(system.socket.of('ack')).toEqual([{ t: 'ack', seq: 7 }]);
    expect(recloser.breaker('stripe').allows()).toBe(false);
    expect(recloser.status()).toMatchObject({ connected: true, epoch: 'e1', seq: 7 });
    await expect(recloser.ready()).resolves.toBe(true);
  });

  it('is not ready in time without one, keeps the process meanwhile, and lets it go after', async () => {
    const { system, recloser } = makeRig();
    const ready = recloser.ready({ timeoutMs: 500 });
    await system.pass(1);
    expect(system.isHeld).toBe(true);
    await system.pass(500);
    await expect(ready).resolves.toBe(false);
    expect(system.isHeld).toBe(false);
  });

  it('never throws, whatever it is given', () => {
    const { system, recloser } = makeRig({ url: 'nonsense' });
    expect(system.sockets).toEqual([]);
    expect(system.warnings).toMatchObject([{ code: 'RECLOSER_INVALID_URL' }]);
    expect(recloser.breaker('').allows()).toBe(true);
  });
});

describe('changes', () => {
  it('are applied in order, each at once, and acknowledged', () => {
    const { system, recloser } = makeConnected([makeView('a'), makeView('b')]);
    const seen: unknown[] = [];
    recloser.on('transition', (event: TransitionEvent) => {
      const states = ['a', 'b'].map((key) => recloser.breaker(key).allows());
      seen.push([event.breaker, event.from, event.to, event.source, ...states]);
    });
    system.socket.frame(makeDelta(1, [makeView('a', OPEN), makeView('b', OPEN)]));
    expect(seen).toEqual([
      ['a', 'closed', 'open', 'fleet', false, false],
      ['b', 'closed', 'open', 'fleet', false, false],
    ]);
  });

  it('are acknowledged together, soon after', async () => {
    const { system } = makeConnected([makeView('a')]);
    system.socket.frame(makeDelta(1, [makeView('a', OPEN)]));
    system.socket.frame(makeDelta(2, [makeView('a', { version: 3 })]));
    expect(system.socket.of('ack').map(({ seq }) => seq)).toEqual([1]);
    await system.pass(50);
    expect(system.socket.of('ack').map(({ seq }) => seq)).toEqual([1]);
    await system.pass(50);
    expect(system.socket.of('ack').map(({ seq }) => seq)).toEqual([1, 3]);
  });

  it('are not acknowledged on a connection that did not bring them', async () => {
    const { system } = makeConnected([makeView('a')]);
    system.socket.frame(makeDelta(1, [makeView('a', OPEN)]));
    const lost = system.socket;
    lost.end();
    await system.pass(100);
    expect(lost.of('ack').map(({ seq }) => seq)).toEqual([1]);
  });

  it('that are already known change nothing', () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const applied: AppliedEvent[] = [];
    recloser.on('applied', (event) => void applied.push(event));
    system.socket.frame(makeDelta(1, [makeView('a', OPEN)]));
    system.socket.frame(makeDelta(1, [makeView('a', { version: 9 })]));
    system.socket.frame(makeDelta(0, [makeView('a', { version: 9 })]));
    expect(recloser.breaker('a').stats().version).toBe(2);
    expect(applied).toMatchObject([{ seq: 2, breakers: ['a'], full: false }]);
  });

  it('that overlap what is known are applied', () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    system.socket.frame(makeDelta(0, [makeView('a', OPEN)], 4));
    expect(recloser.status().seq).toBe(4);
    expect(recloser.breaker('a').allows()).toBe(false);
  });

  it.each([
    ['a gap', makeDelta(5, [makeView('a', OPEN)])],
    ['another epoch', makeDelta(1, [makeView('a', OPEN)], 2, 'e2')],
  ])('with %s lead to a new snapshot', async (_, frame) => {
    const { system, recloser } = makeConnected([makeView('a')]);
    system.socket.frame(frame);
    expect(recloser.breaker('a').allows()).toBe(true);
    expect(system.sockets[0]?.closed).toBe(true);
    await system.pass(1_000);
    system.socket.open();
    expect(system.socket.of('hello')[0]).not.toHaveProperty('resume');
  });

  it('remove a breaker: everybody passes', () => {
    const { system, recloser } = makeConnected([makeView('a', OPEN)]);
    const breaker = recloser.breaker('a');
    expect(breaker.allows()).toBe(false);
    system.socket.frame({ t: 'delta', epoch: 'e1', from: 1, seq: 2, breakers: [], removed: ['a'] });
    expect(breaker.allows()).toBe(true);
    expect(breaker.decide()).toMatchObject({ admitted: true, reason: 'unknown', seq: 2 });
  });

  it('in any order and number end in the state of the last that followed', () => {
    const step = fc.record({ from: fc.nat(6), more: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { system, recloser } = makeConnected([makeView('a', { version: 1 })]);
        let seq = 1;
        for (const { from, more } of steps) {
          const gap = from > seq;
          const to = from + more;
          system.socket.frame(makeDelta(from, [makeView('a', { version: to })], to));
          if (gap) break;
          if (to > seq) seq = to;
        }
        expect(recloser.status().seq).toBe(seq);
        expect(recloser.breaker('a').stats().version).toBe(seq);
      }),
    );
  });
});

describe('bad frames', () => {
  it('of an unknown kind are counted and passed over', () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    for (let i = 0; i < 1_000; i += 1) system.socket.text('{"t":"sparkle"}');
    expect(recloser.status()).toMatchObject({ unknownFrames: 1_000, connected: true });
    expect(system.warnings).toEqual([]);
  });

  it.each(['{"t":"del', 'null', '[]', '"x"', '{"t":"full","seq":1}', '\u0000'])(
    '%j keep what is known and start over',
    async (text) => {
      const { system, recloser } = makeConnected([makeView('a', OPEN)]);
      const errors: RecloserSdkError[] = [];
      recloser.on('error', (error) => void errors.push(error));
      system.socket.text(text);
      expect(errors).toMatchObject([{ code: 'malformed_frame' }]);
      expect(recloser.breaker('a').allows()).toBe(false);
      await system.pass(1_000);
      system.socket.open();
      expect(system.socket.of('hello')[0]).not.toHaveProperty('resume');
    },
  );

  it('of a socket that was given up are not read', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const [first] = system.sockets;
    first?.text('half');
    first?.frame(makeDelta(1, [makeView('a', OPEN)]));
    first?.end();
    await system.pass(1_000);
    expect(system.sockets).toHaveLength(2);
    expect(recloser.breaker('a').allows()).toBe(true);
  });

  it('in any number never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json()), { maxLength: 20 }), (texts) => {
        const { system, recloser } = makeConnected([makeView('a', OPEN)]);
        for (const text of texts) system.socket.text(text);
        expect(recloser.breaker('a').allows()).toBe(false);
      }),
    );
  });
});
