import { type Rule } from '@recloser/core';
import { type PartFrame } from '@recloser/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Recloser } from '../recloser.js';
import { FakeSystem, makeDelta, makeFull, makeView } from '../sdk.fake.js';
import { openUplink } from './control-plane-client.js';

const STAFF: Rule['clauses'][number] = {
  attribute: 'email',
  operator: 'matches',
  values: ['@corp[.]com$'],
};
const open = (clauses: Rule['clauses'], change: object = {}) =>
  makeView('a', {
    state: 'open',
    admission: 0,
    rules: [{ id: 'staff', when: 'always', effect: { kind: 'admit' }, clauses }],
    ...change,
  });
const WITH_PATTERN = open([STAFF]);
const IN_SEGMENT = open([{ attribute: '$segment', operator: 'in_segment', values: ['staff'] }]);
const PART: PartFrame = {
  t: 'part',
  segments: [
    {
      key: 'staff',
      clauses: [{ attribute: 'email', operator: 'matches', values: ['@corp[.]com$'] }],
    },
  ],
};

/** An SDK as in a real process: what reads patterns is still to be loaded. */
function makeLazy(system = new FakeSystem(), snapshotFile?: string) {
  system.uplink = (parts) => openUplink(parts);
  const options = { instanceId: 'i1', ...(snapshotFile && { snapshotFile }) };
  const recloser = new Recloser(options, system);
  const applied: number[] = [];
  recloser.on('applied', ({ seq }) => applied.push(seq));
  const breaker = recloser.breaker('a');
  const admits = (): boolean[] => [
    breaker.allows({ email: 'eve@corp.com' }),
    breaker.allows({ email: 'eve@corpXcom' }),
  ];
  return { system, recloser, applied, admits };
}

const LOADED = { timeout: 10_000 };

afterEach(() => {
  vi.doUnmock('./pattern-engine.js');
  vi.resetModules();
});

describe('the chunk that reads patterns', () => {
  it('is not loaded, and nothing waits, as long as no rule has a pattern', () => {
    const { system, applied, admits } = makeLazy();
    system.socket.open();
    system.socket.frame(makeFull([open([{ ...STAFF, operator: 'in', values: ['eve@corp.com'] }])]));
    expect(applied).toEqual([1]);
    expect(admits()).toEqual([true, false]);
  });

  it.each([
    ['a full state', [makeFull([WITH_PATTERN])], [1]],
    ['a change', [makeFull([makeView('a')]), makeDelta(1, [WITH_PATTERN])], [1, 2]],
    ['a segment', [PART, makeFull([IN_SEGMENT])], [1]],
    [
      'a state with what follows it',
      [makeFull([WITH_PATTERN]), makeDelta(1, [open([STAFF], { version: 2 })])],
      [1, 2],
    ],
  ] as const)('%s with one is in force, and acknowledged, once it is loaded', async (...row) => {
    const [, frames, seqs] = row;
    const { system, applied, admits } = makeLazy();
    system.socket.open();
    for (const frame of frames) system.socket.frame(frame);
    expect(applied.length).toBeLessThan(seqs.length);
    await vi.waitFor(() => expect(applied).toEqual(seqs), LOADED);
    expect(admits()).toEqual([true, false]);
  });

  it('does not put in force what came on a connection that is lost meanwhile', async () => {
    const { system, recloser, applied } = makeLazy();
    system.socket.open();
    system.socket.frame(makeFull([WITH_PATTERN]));
    system.socket.end();
    await vi.dynamicImportSettled();
    expect(applied).toEqual([]);
    expect(recloser.status().seq).toBeNull();
  });

  it('is loaded for the snapshot file, whose rules then apply', async () => {
    const system = new FakeSystem();
    const held = { ...WITH_PATTERN, mode: 'held' as const, keepsRules: true };
    const snapshot = { epoch: 'e1', seq: 4, breakers: [held] };
    system.files.set('/cache/r.json', JSON.stringify(snapshot));
    const { admits } = makeLazy(system, '/cache/r.json');
    expect(admits()).toEqual([false, false]);
    await vi.waitFor(() => expect(admits()).toEqual([true, false]), LOADED);
  });

  it('cannot be loaded: this is told once, and its rules match nobody', async () => {
    vi.doMock('./pattern-engine.js', () => {
      throw new Error('no such chunk');
    });
    const { system, applied, admits } = makeLazy();
    system.socket.open();
    system.socket.frame(makeFull([WITH_PATTERN]));
    await vi.waitFor(() => expect(applied).toEqual([1]), LOADED);
    expect(admits()).toEqual([false, false]);
    system.socket.frame(makeDelta(1, [open([STAFF], { version: 2 })]));
    expect(applied).toEqual([1, 2]);
    expect(system.warnings).toMatchObject([{ code: 'RECLOSER_PATTERNS_NOT_LOADED' }]);
  });
});
