import type { BreakerView, Segment } from '@recloser/core';
import type { ChangeSet, EnvironmentSnapshot, SegmentContent } from '../ports.js';
import { HeldSegments, type SegmentNews } from './held-segments.js';
import { type HeldView, sameOnWire } from './serialize.js';

interface LogEntry {
  readonly seq: number;
  readonly key: string;
}

/** What has just changed: everything, or the changes after `from`. */
export type Change =
  | { readonly kind: 'none' }
  | { readonly kind: 'everything'; readonly keys: ReadonlySet<string> }
  | { readonly kind: 'delta'; readonly from: number; readonly keys: ReadonlySet<string> };

export interface Difference {
  readonly views: readonly HeldView[];
  readonly removed: readonly string[];
  /** Those that have changed. */
  readonly segments: readonly SegmentNews[];
}

const NONE: Change = { kind: 'none' };

/** One environment's breakers at one seq, and which of them changed lately. */
export class ChangeLog {
  ready = false;
  epoch = '';
  seq = 0;
  readonly #views = new Map<string, HeldView>();
  readonly #segments = new HeldSegments();
  readonly #log: LogEntry[] = [];
  readonly #capacity: number;
  /** The log holds every change after this seq. */
  #start = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  view(key: string): BreakerView | undefined {
    return this.#views.get(key)?.view;
  }

  /** The seq with which a breaker's present state came. */
  seqOf(key: string): number | undefined {
    return this.#views.get(key)?.seq;
  }

  /** All breakers. */
  all(): IterableIterator<HeldView> {
    return this.#views.values();
  }

  segment(key: string): Segment | undefined {
    return this.#segments.find(key);
  }

  /** All segments that rules name. */
  segments(): readonly SegmentNews[] {
    return this.#segments.all();
  }

  /**
   * Takes a snapshot over what is known. An older one of the same epoch changes nothing. `recent` fills the log of a
   * first snapshot.
   */
  replace(snapshot: EnvironmentSnapshot, recent: ChangeSet | null, now: number): Change {
    const known = this.ready && snapshot.epoch === this.epoch;
    if (known && snapshot.seq <= this.seq) return NONE;
    const from = this.seq;
    const keys = known ? this.#keysThatDiffer(snapshot) : this.#keysOfBoth(snapshot);
    this.#views.clear();
    this.#segments.restart();
    const given = byKey(snapshot.segments);
    for (const view of snapshot.breakers) {
      this.#views.set(view.key, { view, at: now, seq: snapshot.seq });
      this.#segments.learn(view, given, snapshot.seq);
    }
    this.#segments.settle();
    this.epoch = snapshot.epoch;
    this.seq = snapshot.seq;
    this.ready = true;
    if (!known) {
      this.#begin(snapshot, recent);
      return { kind: 'everything', keys };
    }
    this.#record([...keys].map((key) => ({ seq: snapshot.seq, key })));
    return { kind: 'delta', from, keys };
  }

  /** Applies changes in order; null when something before them is missing. */
  apply(set: ChangeSet, now: number): Change | null {
    if (!this.ready || set.epoch !== this.epoch || set.from > this.seq) return null;
    if (set.seq <= this.seq) return NONE;
    const from = this.seq;
    const keys = new Set<string>();
    const entries: LogEntry[] = [];
    const given = byKey(set.segments);
    for (const { seq, key, view } of set.changes) {
      if (seq <= from) continue;
      this.#segments.leave(this.view(key));
      if (view !== null) this.#segments.learn(view, given, seq);
      if (view === null) this.#views.delete(key);
      else this.#views.set(key, { view, at: now, seq });
      keys.add(key);
      entries.push({ seq, key });
    }
    this.#segments.settle();
    this.seq = set.seq;
    this.#record(entries);
    return { kind: 'delta', from, keys };
  }

  /** The breakers that changed after `seq`, as they are now; null when the log does not reach back that far. */
  since(epoch: string, seq: number): Difference | null {
    if (epoch !== this.epoch || seq < this.#start || seq > this.seq) return null;
    const keys = new Set<string>();
    for (let i = this.#log.length - 1; i >= 0; i -= 1) {
      const entry = this.#log[i];
      if (entry === undefined || entry.seq <= seq) break;
      keys.add(entry.key);
    }
    return this.difference(keys, seq);
  }

  /** Breakers by key, and the segments that have changed after `from`. */
  difference(keys: Iterable<string>, from: number): Difference {
    const views: HeldView[] = [];
    const removed: string[] = [];
    for (const key of keys) {
      const held = this.#views.get(key);
      if (held === undefined) removed.push(key);
      else views.push(held);
    }
    return { views, removed, segments: this.#segments.since(from) };
  }

  /** Starts the log with the changes that led up to a snapshot, where they reach it without a gap. */
  #begin({ epoch, seq }: EnvironmentSnapshot, recent: ChangeSet | null): void {
    this.#log.length = 0;
    this.#start = seq;
    if (recent?.epoch !== epoch || recent.from > seq || recent.seq < seq) return;
    this.#start = recent.from;
    this.#record(recent.changes.filter((change) => change.seq <= seq));
  }

  #keysOfBoth(snapshot: EnvironmentSnapshot): Set<string> {
    return new Set([...this.#views.keys(), ...snapshot.breakers.map(({ key }) => key)]);
  }

  #keysThatDiffer(snapshot: EnvironmentSnapshot): Set<string> {
    const keys = new Set(this.#views.keys());
    for (const view of snapshot.breakers) {
      const before = this.#views.get(view.key)?.view;
      const compared = snapshot.compared?.get(view.key);
      const isSame =
        before !== undefined &&
        (compared?.view === before ? compared.isSame : sameOnWire(before, view));
      if (isSame) keys.delete(view.key);
      else keys.add(view.key);
    }
    return keys;
  }

  #record(entries: readonly LogEntry[]): void {
    for (const { seq, key } of entries) this.#log.push({ seq, key });
    const excess = this.#log.length - this.#capacity;
    if (excess <= 0) return;
    const dropped = this.#log.splice(0, excess);
    this.#start = dropped[dropped.length - 1]?.seq ?? this.#start;
  }
}

function byKey(segments: readonly SegmentContent[] = []): ReadonlyMap<string, SegmentContent> {
  return new Map(segments.map((content) => [content.segment.key, content]));
}
