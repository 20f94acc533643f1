import { command, commandBreaker, livePartitions, type Partition } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { breakerIn, CLOSED, OPEN, partIn, ramping } from '../breaker/breaker.fixture';
import { commandOf, type ActionName } from './action-catalogue';
import { undoOf } from './undo';

const NOW = 10_000;
const record = (breaker: ReturnType<typeof breakerIn>) => {
  const { key, version, current, policy, control } = breaker;
  return { key, version, state: current, policy, control };
};

/** State and mode after the action and its undo, by the core's own rules. */
function thereAndBack(before: ReturnType<typeof breakerIn>, action: ActionName) {
  const done = command(
    record(before),
    commandOf(action, { until: null, admission: 2 ** 31 }),
    NOW,
    0,
  );
  const undo = undoOf(before, action);
  if (!done.ok || undo === null) throw new Error('There is nothing to take back.');
  const after = { ...record(before), ...done.transition, version: before.version + 1 };
  const back = command(after, commandOf(undo.action, undo), NOW + 1, 0);
  if (!back.ok) throw new Error(back.message);
  return { state: back.transition.state.kind, mode: back.transition.control.mode };
}

describe('undoOf', () => {
  it.each([
    ['trip', breakerIn(CLOSED), { state: 'closed', mode: 'auto' }],
    ['dim', breakerIn(CLOSED), { state: 'closed', mode: 'auto' }],
    ['observe', breakerIn(CLOSED), { state: 'closed', mode: 'auto' }],
    ['freeze', breakerIn(CLOSED), { state: 'closed', mode: 'auto' }],
    ['auto', breakerIn(CLOSED, { mode: 'observe' }), { state: 'closed', mode: 'observe' }],
    ['auto', breakerIn(OPEN, { mode: 'held', until: null }), { state: 'open', mode: 'held' }],
    ['hold', breakerIn(ramping()), { state: 'ramping', mode: 'auto' }],
  ] as const)('%s is taken back exactly', (action, before, after) => {
    expect(thereAndBack(before, action)).toEqual(after);
  });

  const zone: Partition = { kind: 'zone', value: 'eu-1a' };
  it.each([
    ['trip', breakerIn(CLOSED)],
    ['trip', breakerIn(ramping())],
    ['trip', breakerIn(OPEN)],
    ['freeze', breakerIn(CLOSED)],
    ['dim', breakerIn(CLOSED)],
  ] as const)('%s of a part is taken back exactly, beside any whole', (action, before) => {
    const input = { until: null, admission: 2 ** 31 };
    const done = commandBreaker(record(before), commandOf(action, input), NOW, 0, zone);
    const undo = undoOf(before, action, zone);
    if (!done.ok || undo === null) throw new Error('There is nothing to take back.');
    const after = { ...record(before), ...done.transition };
    expect(livePartitions(after)).toHaveLength(1);
    const back = commandBreaker(after, commandOf(undo.action, undo), NOW + 1, 0, zone);
    if (!back.ok) throw new Error(back.message);
    expect(livePartitions({ ...after, ...back.transition })).toEqual([]);
    expect(back.transition.state).toEqual(before.current);
    expect(back.transition.control).toEqual(before.control);
  });

  it('offers nothing for a part that was on its way already', () => {
    const scopes = [partIn(OPEN)];
    expect(undoOf(breakerIn(CLOSED, { mode: 'auto' }, { scopes }), 'trip', zone)).toBeNull();
  });

  it('offers nothing where the way back is another', () => {
    expect(undoOf(breakerIn(OPEN), 'trip')).toBeNull();
    expect(undoOf(breakerIn(CLOSED, { mode: 'held', until: null }), 'trip')).toBeNull();
    expect(undoOf(breakerIn(ramping()), 'next')).toBeNull();
  });
});
