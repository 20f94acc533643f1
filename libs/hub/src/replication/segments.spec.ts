import type { Segment, SegmentEdit } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { FakeClient, makeChanges, makeRig, makeView } from '../hub.fake.js';

const PARTS = ['scopes', 'parts'];
const inVip = {
  id: 'vip',
  when: 'not_closed',
  clauses: [{ attribute: 'segment', operator: 'in_segment', values: ['vip'] }],
  effect: { kind: 'admit' },
} as const;
const vip = (digest: string, values: readonly string[]): Segment => ({
  key: 'vip',
  digest,
  clauses: [{ attribute: 'accountId', operator: 'in', values }],
});
const refersTo = (digest: string) => [{ key: 'vip', digest, clauses: [] }];
const ids = (count: number) => Array.from({ length: count }, (_, i) => `account-${i}`);

/** Sixty breakers with one rule each that names the same list. */
function crowd(values: readonly string[]) {
  const rig = makeRig(null);
  const breakers = Array.from({ length: 60 }, (_, i) =>
    makeView(`b${i}`, 1, { rules: [inVip], segments: refersTo('v1') }),
  );
  const segments = [{ segment: vip('v1', values), edits: null }];
  rig.hub.replaceSnapshot({ epoch: 'e1', seq: 10, breakers, segments });
  return rig;
}

describe('segments', () => {
  it('are sent once to an SDK that knows parts, in pieces that are short', () => {
    const { hub } = crowd(ids(100_000));
    const { socket } = new FakeClient(hub, 'i1').hello(undefined, undefined, PARTS);
    const pieces = socket.of('part').flatMap(({ segments = [] }) => segments);
    const values = pieces.flatMap((piece) =>
      'clauses' in piece ? piece.clauses.flatMap((clause) => clause.values) : (piece.add ?? []),
    );
    expect(values).toEqual(ids(100_000));
    expect(Math.max(...socket.texts.map((text) => text.length))).toBeLessThan(128 * 1024);
    const [full] = socket.of('full');
    expect(full?.breakers.every((view) => view.segments === undefined)).toBe(true);
    expect(full?.breakers).toHaveLength(60);
  });

  it('are sent with each breaker to an SDK of before, as long as they are no longer than then', () => {
    const inline = (values: readonly string[]) =>
      new FakeClient(crowd(values).hub, 'i1').hello().socket.of('full')[0]?.breakers;
    expect(
      inline(ids(20_000))?.map((view) => view.segments?.[0]?.clauses[0]?.values.length),
    ).toEqual(Array<number>(60).fill(20_000));
    expect(inline(ids(20_001))?.map((view) => view.segments)).toEqual(
      Array<undefined>(60).fill(undefined),
    );
  });

  it('are sent as what has changed of them, also to who resumes', () => {
    const { hub, clock } = crowd(ids(5_000));
    const { socket } = new FakeClient(hub, 'i1').hello(undefined, undefined, PARTS);
    const edit = (from: number, digest: string, edits: readonly SegmentEdit[]) => {
      const view = makeView('b0', 1, { rules: [inVip], segments: refersTo(digest) });
      const segments = [{ segment: vip(digest, ids(5_001)), edits }];
      hub.applyChanges({ ...makeChanges(from, [['b0', view]]), segments });
    };
    const before = socket.texts.length;
    edit(10, 'v2', [{ clause: 0, add: ['new'] }]);
    edit(11, 'v3', [{ clause: 0, remove: ['account-7'] }]);
    const told = socket.frames
      .slice(before)
      .map((frame) => (frame.t === 'part' ? frame.segments : frame.t));
    expect(told).toEqual([
      [{ key: 'vip', clause: 0, add: ['new'], remove: [] }],
      'delta',
      [{ key: 'vip', clause: 0, add: [], remove: ['account-7'] }],
      'delta',
    ]);
    clock.time += 2_000;
    const resume = (seq: number) =>
      new FakeClient(hub, `r${seq}`)
        .hello({ epoch: 'e1', seq }, undefined, PARTS)
        .socket.of('part')
        .flatMap(({ segments = [] }) => segments.flatMap((piece) => ('add' in piece ? piece : [])));
    expect(resume(10).map(({ add, remove }) => [add, remove])).toEqual([
      [['new'], []],
      [[], ['account-7']],
    ]);
    expect(resume(11).map(({ remove }) => remove)).toEqual([['account-7']]);
    expect(resume(12)).toEqual([]);
  });

  it('that no rule names any more are forgotten, and come whole when one does again', () => {
    const { hub } = crowd(ids(3));
    const { socket } = new FakeClient(hub, 'i1').hello(undefined, undefined, PARTS);
    const keys = Array.from({ length: 60 }, (_, i) => `b${i}`);
    hub.applyChanges(
      makeChanges(
        10,
        keys.map((key) => [key, makeView(key, 1)]),
      ),
    );
    expect(hub.segment('vip')).toBeUndefined();
    const view = makeView('b0', 1, { rules: [inVip], segments: [vip('v9', ['a'])] });
    hub.applyChanges(makeChanges(70, [['b0', view]]));
    expect(socket.of('part').at(-1)?.segments).toEqual([
      { key: 'vip', clauses: [{ attribute: 'accountId', operator: 'in', values: ['a'] }] },
    ]);
  });
});
