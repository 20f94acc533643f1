import { type Rule } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { Recloser } from '../recloser.js';
import { FakeSystem, makeDelta, makeFull, makeView } from '../sdk.fake.js';

const list = (...values: string[]) => [{ attribute: 'accountId', operator: 'in' as const, values }];
const named: Rule = {
  id: 'vip',
  when: 'always',
  clauses: [{ attribute: 'segment', operator: 'in_segment', values: ['vip'] }],
  effect: { kind: 'reject' },
};
const ruled = (key: string) => makeView(key, { rules: [named] });

function connect() {
  const system = new FakeSystem();
  const recloser = new Recloser({ instanceId: 'i1' }, system);
  system.socket.open();
  const rejects = (accountId: string, key = 'a') => !recloser.breaker(key).allows({ accountId });
  return { system, recloser, rejects };
}

describe('a state in parts', () => {
  it('takes effect with the frame that ends it, and with all of its breakers', () => {
    const { system, recloser, rejects } = connect();
    const { socket } = system;
    socket.frame({ t: 'part', segments: [{ key: 'vip', clauses: list('one') }] });
    socket.frame({ t: 'part', segments: [{ key: 'vip', clause: 0, add: ['two'] }] });
    socket.frame({ t: 'part', breakers: [ruled('a')] });
    expect(rejects('one')).toBe(false);
    socket.frame(makeFull([ruled('b')], 3));
    expect(recloser.breakers().map(({ key }) => key)).toEqual(['a', 'b']);
    expect(['one', 'two', 'three'].map((id) => rejects(id))).toEqual([true, true, false]);
    expect(rejects('two', 'b')).toBe(true);
  });

  it('changes a list in place, together with what else has changed', () => {
    const { system, rejects } = connect();
    const { socket } = system;
    socket.frame({ t: 'part', segments: [{ key: 'vip', clauses: list('one', 'two') }] });
    socket.frame(makeFull([ruled('a')], 3));
    socket.frame({
      t: 'part',
      segments: [{ key: 'vip', clause: 0, add: ['three'], remove: ['one'] }],
    });
    expect(['one', 'two', 'three'].map((id) => rejects(id))).toEqual([true, true, false]);
    socket.frame(makeDelta(3, [ruled('a')]));
    expect(['one', 'two', 'three'].map((id) => rejects(id))).toEqual([false, true, true]);
  });

  it('is forgotten when the connection ends before it is whole', async () => {
    const { system, rejects } = connect();
    system.socket.frame({ t: 'part', segments: [{ key: 'vip', clauses: list('one') }] });
    system.socket.end(1006);
    await system.pass(2_000);
    system.socket.open();
    system.socket.frame(makeFull([ruled('a')], 3));
    expect(rejects('one')).toBe(false);
  });

  it('that edits what is not known is asked for anew', async () => {
    const { system } = connect();
    system.socket.frame(makeFull([ruled('a')], 3));
    system.socket.frame({ t: 'part', segments: [{ key: 'vip', clause: 0, add: ['one'] }] });
    await system.pass(2_000);
    expect(system.sockets).toHaveLength(2);
    system.socket.open();
    expect(system.socket.of('hello')[0]?.resume).toBeUndefined();
  });

  it('leaves no segment behind that no rule names', () => {
    const { system, rejects } = connect();
    const { socket } = system;
    socket.frame({ t: 'part', segments: [{ key: 'vip', clauses: list('one') }] });
    socket.frame(makeFull([ruled('a')], 3));
    socket.frame(makeDelta(3, [makeView('a')]));
    socket.frame(makeDelta(4, [ruled('a')]));
    expect(rejects('one')).toBe(false);
  });

  it('of a server of before has segments with each breaker, and they are one', () => {
    const { system, recloser, rejects } = connect();
    const segments = [{ key: 'vip', clauses: list('one') }];
    system.socket.frame(
      makeFull(
        [
          { ...ruled('a'), segments },
          { ...ruled('b'), segments },
        ],
        3,
      ),
    );
    expect([rejects('one'), rejects('one', 'b'), rejects('two')]).toEqual([true, true, false]);
    expect(recloser.breakers().map((view) => view.segments)).toEqual([undefined, undefined]);
    const edited = [{ key: 'vip', clauses: list('two') }];
    system.socket.frame(makeDelta(3, [{ ...ruled('a'), segments: edited }]));
    expect([rejects('one', 'b'), rejects('two', 'b')]).toEqual([false, true]);
  });
});

describe('the snapshot file of a state with segments', () => {
  const options = { instanceId: 'i1', snapshotFile: '/cache/recloser.json' };

  async function kept(): Promise<FakeSystem> {
    const system = new FakeSystem();
    const recloser = new Recloser(options, system);
    system.socket.open();
    system.socket.frame({ t: 'part', segments: [{ key: 'vip', clauses: list('one') }] });
    system.socket.frame(makeFull([ruled('a')], 3));
    await system.pass(1_100);
    await recloser.close();
    return system;
  }

  it('gives a new process the segments, and what to resume from', async () => {
    const system = await kept();
    const recloser = new Recloser(options, system);
    expect(recloser.breaker('a').allows({ accountId: 'one' })).toBe(false);
    system.socket.open();
    expect(system.socket.of('hello')[0]?.resume).toEqual({ epoch: 'e1', seq: 3 });
  });

  it('is asked for anew when the file of its segments is that of another state', async () => {
    const system = await kept();
    system.files.set('/cache/recloser.json.segments', '{"id":"other","segments":[]}');
    const recloser = new Recloser(options, system);
    expect(recloser.breaker('a').allows({ accountId: 'one' })).toBe(true);
    system.socket.open();
    expect(system.socket.of('hello')[0]?.resume).toBeUndefined();
  });

  it('is none for SDKs of before, which would miss the segments', async () => {
    const system = await kept();
    expect(JSON.parse(system.files.get('/cache/recloser.json') ?? '')).not.toHaveProperty(
      'breakers',
    );
  });
});
