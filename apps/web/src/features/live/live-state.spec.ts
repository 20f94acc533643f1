import type { AuditEntry, BreakerSummary, ConsoleServerFrame } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import {
  appliedOf,
  applyBreaker,
  applyFrame,
  initialState,
  KEPT_SECONDS,
  recentLoad,
  secondsOf,
  withStatus,
} from './live-state';

const breaker = (
  key: string,
  seq: number,
  changes: Partial<BreakerSummary> = {},
): BreakerSummary => ({
  key,
  name: key,
  owner: '',
  tags: [],
  discovered: false,
  state: 'closed',
  mode: 'auto',
  heldUntil: null,
  admission: 2 ** 32,
  version: 1,
  revision: 1,
  seq,
  since: 0,
  dueAt: null,
  step: null,
  threshold: 0.4,
  cause: null,
  summary: '',
  outage: null,
  paused: false,
  scopes: [],
  ...changes,
});

const event = (id: string, at: number): AuditEntry => ({
  id,
  chain: 'c',
  chainSeq: 1,
  environmentId: 'e',
  breaker: 'stripe',
  at,
  actor: { kind: 'system', id: null, name: 'Recloser' },
  action: 'transition.fast_window',
  reason: '',
  seq: 1,
  before: null,
  after: null,
  evidence: null,
  outageId: null,
  outageStartedAt: null,
  hash: '',
  prevHash: '',
});

const changes = (
  seq: number,
  breakers: BreakerSummary[],
  extra: object = {},
): ConsoleServerFrame => ({
  t: 'changes',
  seq,
  breakers,
  removed: [],
  events: [],
  at: 0,
  ...extra,
});

const second = (
  at: number,
  items: [string, number, number, number, number][],
): ConsoleServerFrame => ({
  t: 'metrics',
  at,
  items,
  connected: 2,
  convergence: { seq: 5, connected: 2, applied: 1, behind: ['api-2'] },
});

describe('applyFrame', () => {
  it('replaces everything by a snapshot and is live from then on', () => {
    const before = initialState([breaker('old', 1)], 1);
    const after = applyFrame(
      before,
      { t: 'snapshot', seq: 9, breakers: [breaker('new', 9)], at: 1 },
      100,
    );
    expect([...after.breakers.keys()]).toEqual(['new']);
    expect(after).toMatchObject({ status: 'live', seq: 9, confirmedAt: 100 });
    expect([...before.breakers.keys()]).toEqual(['old']);
  });

  it('adds, changes and removes breakers', () => {
    const before = initialState([breaker('a', 1), breaker('b', 1)], 1);
    const after = applyFrame(
      before,
      changes(3, [breaker('b', 2, { state: 'open' }), breaker('c', 3)], { removed: ['a'] }),
      1,
    );
    expect([...after.breakers.keys()]).toEqual(['b', 'c']);
    expect(after.breakers.get('b')?.state).toBe('open');
    expect(after.seq).toBe(3);
  });

  it('never steps back behind an answer that came first', () => {
    const answered = applyBreaker(
      initialState([breaker('a', 1)], 1),
      breaker('a', 4, { state: 'open' }),
    );
    const after = applyFrame(answered, changes(3, [breaker('a', 3, { state: 'ramping' })]), 1);
    expect(after.breakers.get('a')?.state).toBe('open');
  });

  it('keeps events once, newest first', () => {
    const first = applyFrame(initialState([], 0), changes(1, [], { events: [event('x', 10)] }), 1);
    const both = applyFrame(first, changes(2, [], { events: [event('x', 10), event('y', 20)] }), 2);
    expect(both.events.map((one) => one.id)).toEqual(['y', 'x']);
  });
});

describe('seconds', () => {
  it('reads a breaker without calls as zeros and forgets what is too old', () => {
    let state = initialState([], 0);
    for (let at = 0; at <= KEPT_SECONDS; at += 1) {
      state = applyFrame(state, second(at * 1_000, at % 2 === 0 ? [['a', 3, 1, 2, 0]] : []), at);
    }
    expect(state.seconds).toHaveLength(KEPT_SECONDS);
    expect(secondsOf(state.seconds, 'a', 2)).toEqual([
      { at: (KEPT_SECONDS - 1) * 1_000, ok: 0, failures: 0, rejected: 0, slow: 0 },
      { at: KEPT_SECONDS * 1_000, ok: 3, failures: 1, rejected: 2, slow: 0 },
    ]);
  });

  it('counts a second that is told twice once', () => {
    const once = applyFrame(initialState([], 0), second(1_000, [['a', 1, 0, 0, 0]]), 1);
    const twice = applyFrame(once, second(1_000, [['a', 2, 0, 0, 0]]), 2);
    expect(secondsOf(twice.seconds, 'a', 10)).toEqual([
      { at: 1_000, ok: 2, failures: 0, rejected: 0, slow: 0 },
    ]);
  });

  it('averages the recent load; no calls is no rate', () => {
    const counts = [
      { at: 0, ok: 100, failures: 0, rejected: 0, slow: 0 },
      { at: 1, ok: 3, failures: 1, rejected: 8, slow: 0 },
      { at: 2, ok: 0, failures: 0, rejected: 0, slow: 0 },
    ];
    expect(recentLoad(counts, 2)).toEqual({
      callsPerSecond: 2,
      rejectedPerSecond: 4,
      failureRate: 0.25,
    });
    expect(recentLoad([], 5).failureRate).toBeNull();
  });
});

describe('appliedOf', () => {
  const convergence = { seq: 5, connected: 20, applied: 17, behind: ['a'] };

  it('counts who applied a later change as having applied this one', () => {
    expect(appliedOf(convergence, 4)?.applied).toBe(17);
    expect(appliedOf(convergence, 5)?.applied).toBe(17);
  });

  it('knows nothing of a change that was not reported yet', () => {
    expect(appliedOf(convergence, 6)).toBeNull();
    expect(appliedOf(null, 1)).toBeNull();
  });
});

describe('withStatus', () => {
  it('keeps the values when the connection is lost', () => {
    const lost = withStatus(initialState([breaker('a', 1)], 1), 'lost');
    expect(lost.status).toBe('lost');
    expect(lost.breakers.size).toBe(1);
  });
});
