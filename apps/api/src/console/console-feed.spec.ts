import { DEFAULT_POLICY, EMPTY_COUNTS, initialState } from '@recloser/core';
import { viewOf, type LoadedBreaker } from '@recloser/db';
import type { ChangeListener, ChangeSet } from '@recloser/hub';
import { createLog } from '@recloser/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConsoleFeed } from './console-feed.js';

const START = 1_000_000;
/** When there were calls a minute before. */
const PAST = START - 62_000;
const log = createLog({ name: 'test', level: 'silent' });
const actor = { kind: 'user' as const, id: 'u', name: 'Ada' };

function breaker(key: string, seq: number): LoadedBreaker {
  const locked = {
    environmentId: 'env',
    breakerId: key,
    key,
    version: 1,
    revision: 1,
    seq,
    state: initialState(START),
    control: { mode: 'auto' as const },
    policy: DEFAULT_POLICY,
    rules: [],
    segments: [],
    salt: 'salt',
    dueAt: null,
    changedAt: START,
    last: null,
    outage: null,
    meta: {
      name: key,
      description: '',
      owner: '',
      tags: [],
      cohortKey: 'accountId',
      group: null,
      discovered: false,
      createdAt: START,
    },
  };
  return { ...locked, view: viewOf(locked, START), now: START };
}

const entry = (seq: number) => ({
  id: `e${seq}`,
  chain: 'env',
  chainSeq: seq,
  environmentId: 'env',
  breaker: 'a',
  at: START,
  actor,
  action: 'breaker.trip',
  reason: 'why',
  seq,
  before: null,
  after: null,
  evidence: null,
  outageId: null,
  outageStartedAt: null,
  hash: '',
  prevHash: '',
});

/** A feed over a world in memory; `changed` is what the environment's node would say. */
function setUp() {
  const listeners = new Set<ChangeListener>();
  const world = { seq: 4, keys: ['a', 'b'], fails: false, asked: 0, past: false };
  const feed = new ConsoleFeed({
    node: {
      environmentId: 'env',
      hub: {
        get seq() {
          return world.seq;
        },
      },
      onChanges: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    db: {
      states: {
        load: async (_id, keys) => {
          if (world.fails) throw new Error('no database');
          const wanted = world.keys.filter((key) => keys === undefined || keys.includes(key));
          return wanted.map((key) => breaker(key, world.seq));
        },
      },
      audit: {
        list: async () => ({ items: [entry(world.seq), entry(world.seq - 1)], next: null }),
      },
    },
    backbone: {
      signals: {
        perSecondTotals: async (_id, from, to) => {
          world.asked += 1;
          // Only the test of the past has one.
          const isTold = (at: number) => at >= START - 2_000 || (world.past && at === PAST);
          const seconds = Array.from({ length: (to - from) / 1_000 }, (_, i) => from + i * 1_000);
          return seconds.filter(isTold).map((at) => ({
            breaker: 'a',
            second: at / 1_000,
            counts: { ...EMPTY_COUNTS, ok: 3 },
          }));
        },
        acks: async () => ({ connected: 2, applied: 1, behind: ['i1'] }),
      },
    },
    clock: { storeNow: () => Date.now() },
    log,
  });
  const changed = (set: ChangeSet | null) => {
    for (const listener of listeners) listener(set);
  };
  return { world, feed, changed, listeners };
}

const change = (seq: number, key: string) => ({
  epoch: 'e',
  from: seq - 1,
  seq,
  changes: [{ seq, key, view: null }],
});

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Sent {
  readonly t: string;
  readonly [field: string]: unknown;
}
function watcher() {
  const frames: Sent[] = [];
  return { frames, take: (text: string) => void frames.push(JSON.parse(text) as Sent) };
}

describe('ConsoleFeed', () => {
  it('sends a snapshot first, then changes with their own events only', async () => {
    const { world, feed, changed } = setUp();
    const { frames, take } = watcher();
    const watching = feed.watch(take);
    world.seq = 5;
    changed(change(5, 'a'));
    await watching;
    await vi.waitFor(() => expect(frames).toHaveLength(2));
    expect(frames[0]).toMatchObject({
      t: 'snapshot',
      seq: 5,
      breakers: [{ key: 'a' }, { key: 'b' }],
    });
    expect(frames[1]).toMatchObject({
      t: 'changes',
      seq: 5,
      breakers: [{ key: 'a' }],
      removed: [],
      events: [{ id: 'e5' }],
    });
    world.keys = ['a'];
    changed(change(6, 'b'));
    await vi.waitFor(() => expect(frames[2]).toMatchObject({ breakers: [], removed: ['b'] }));
    changed(null);
    await vi.waitFor(() => expect(frames[3]).toMatchObject({ t: 'snapshot' }));
  });

  it('puts changes that come in a burst into one frame', async () => {
    const { world, feed, changed } = setUp();
    const { frames, take } = watcher();
    await feed.watch(take);
    world.seq = 204;
    for (let seq = 5; seq <= 204; seq += 1) changed(change(seq, seq % 2 === 0 ? 'a' : 'b'));
    await vi.waitFor(() => expect(frames.at(-1)).toMatchObject({ t: 'changes', seq: 204 }));
    expect(frames.length).toBeLessThanOrEqual(3);
    const seen = frames.flatMap(({ breakers }) => breakers as { key: string }[]);
    expect(new Set(seen.map(({ key }) => key))).toEqual(new Set(['a', 'b']));
  });

  it('sends the figures of each second once, when they are complete', async () => {
    const { feed } = setUp();
    const { frames, take } = watcher();
    await feed.watch(take);
    await vi.advanceTimersByTimeAsync(2_000);
    const metrics = frames.filter(({ t }) => t === 'metrics');
    expect(metrics.map(({ at }) => at)).toEqual([START - 2_000, START - 1_000]);
    expect(metrics[0]).toMatchObject({
      items: [['a', 3, 0, 0, 0]],
      connected: 2,
      convergence: { seq: 4, connected: 2, applied: 1, behind: ['i1'] },
    });
  });

  it('sends the past minute after the snapshot, so that sparklines are there at once', async () => {
    const { world, feed } = setUp();
    world.past = true;
    const { frames, take } = watcher();
    await feed.watch(take);
    expect(frames.map(({ t }) => t)).toEqual(['snapshot', 'metrics']);
    expect(frames[1]).toMatchObject({ at: START - 62_000, items: [['a', 3, 0, 0, 0]] });
    const { asked } = world;
    const later = watcher();
    await feed.watch(later.take);
    expect(later.frames).toHaveLength(2);
    expect(world.asked).toBe(asked);
  });

  it('rests while nobody watches, and not while somebody waits for a snapshot', async () => {
    const { world, feed, listeners, changed } = setUp();
    const first = await feed.watch(watcher().take);
    const { frames, take } = watcher();
    const waiting = feed.watch(take);
    first();
    const second = await waiting;
    changed(change(5, 'a'));
    await vi.waitFor(() => expect(frames.map(({ t }) => t)).toEqual(['snapshot', 'changes']));
    second();
    expect(listeners.size).toBe(0);
    world.asked = 0;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(world.asked).toBe(0);
  });

  it('tells who asks that nothing can be read, and goes on', async () => {
    const { world, feed, listeners } = setUp();
    world.fails = true;
    await expect(feed.watch(watcher().take)).rejects.toThrow('no database');
    expect(listeners.size).toBe(0);
    world.fails = false;
    const { frames, take } = watcher();
    await feed.watch(take);
    expect(frames).toHaveLength(1);
  });
});
