import type { BreakerView, Segment } from '@recloser/core';
import { type Change, ChangeLog, type Difference } from './change-log.js';
import type { ChangeSet, EnvironmentSnapshot, HubOptions, HubTuning } from '../ports.js';
import type { SegmentNews } from './held-segments.js';
import { type Deflate, Payload } from './payload.js';
import { fragmentsOf, messagesOf } from './texts.js';
import { deltaAround, fullAround, type HeldView } from './serialize.js';

/** What was made for one connection are good for the next one for so long: durations in them shrink with time. */
const CACHE_MS = 1_000;

interface Cached {
  readonly payload: Payload;
  readonly at: number;
}

/** What an SDK says that it understands. */
export interface Understood {
  /** States in several frames, with each segment once. */
  readonly parts: boolean;
  /** Compressed messages. */
  readonly deflate: boolean;
}

/** The environment's state and the texts that carry it; each is serialised once for all who need it. */
export class Sync {
  readonly #environment: HubOptions['environment'];
  readonly #tuning: HubTuning;
  readonly #fleet: () => number;
  readonly #log: ChangeLog;
  readonly #deflate: Deflate | null;
  /** By what they start from and who understands them. */
  readonly #cached = new Map<string, Cached>();
  #confirmedAt = Number.NEGATIVE_INFINITY;

  constructor(
    environment: HubOptions['environment'],
    tuning: HubTuning,
    fleet: () => number,
    deflate: Deflate | null,
  ) {
    this.#deflate = deflate;
    this.#environment = environment;
    this.#tuning = tuning;
    this.#fleet = fleet;
    this.#log = new ChangeLog(tuning.logLength);
  }

  get ready(): boolean {
    return this.#log.ready;
  }
  get epoch(): string {
    return this.#log.epoch;
  }
  get seq(): number {
    return this.#log.seq;
  }
  view(key: string): BreakerView | undefined {
    return this.#log.view(key);
  }
  /** Who has applied this seq has applied the breaker's present state. */
  seqOf(key: string): number | undefined {
    return this.#log.seqOf(key);
  }
  /** The content that is held of a segment. */
  segment(key: string): Segment | undefined {
    return this.#log.segment(key);
  }

  views(): Iterable<HeldView> {
    return this.#log.all();
  }

  /** What is known here is what the change log holds, as of now. */
  confirm(now: number): void {
    this.#confirmedAt = now;
  }

  isConfirmed(since: number): boolean {
    return this.#confirmedAt >= since;
  }

  replace(snapshot: EnvironmentSnapshot, recent: ChangeSet | null, now: number): Change {
    this.confirm(now);
    return this.#noted(this.#log.replace(snapshot, recent, now));
  }

  apply(changes: ChangeSet, now: number): Change | null {
    const change = this.#log.apply(changes, now);
    if (change === null) return null;
    this.confirm(now);
    return this.#noted(change);
  }

  /** True when what a connection has seen is later than what is known here. */
  isAhead(resume: { epoch: string; seq: number } | undefined): boolean {
    return resume !== undefined && resume.epoch === this.epoch && resume.seq > this.seq;
  }

  /** The changes that a connection has missed, or everything. */
  answer(resume: Resume | undefined, understood: Understood, now: number): Payload {
    const missed = resume === undefined ? null : this.#missed(resume, understood, now);
    return missed ?? this.full(understood, now);
  }

  full(understood: Understood, now: number): Payload {
    const name = `full ${nameOf(understood)}`;
    return this.#known(name, now) ?? this.#keep(name, this.#makeFull(understood, now), now);
  }

  #makeFull(understood: Understood, now: number): Payload {
    const { key, kind } = this.#environment;
    const { flushMs, urgentFlushMs, leaseMs, pingMs } = this.#tuning;
    const around = fullAround({
      epoch: this.epoch,
      seq: this.seq,
      environment: { key, kind },
      tuning: { flushMs, urgentFlushMs, leaseMs, pingMs },
      fleet: this.#fleet(),
    });
    const content = { around, views: [...this.#log.all()], segments: this.#log.segments() };
    return this.#payload('full', content, understood, now);
  }

  /** What has just changed. */
  delta(from: number, keys: Iterable<string>, understood: Understood, now: number): Payload {
    return this.#difference(from, this.#log.difference(keys, from), understood, now);
  }

  #missed({ epoch, seq }: Resume, understood: Understood, now: number): Payload | null {
    if (epoch !== this.epoch) return null;
    const name = `${seq} ${nameOf(understood)}`;
    const known = this.#known(name, now);
    if (known !== null) return known;
    const difference = this.#log.since(epoch, seq);
    return difference && this.#keep(name, this.#difference(seq, difference, understood, now), now);
  }

  #difference(from: number, difference: Difference, understood: Understood, now: number): Payload {
    const { views, segments, removed } = difference;
    const { epoch, seq } = this;
    const around = deltaAround({ epoch, from, seq, removed: [...removed] });
    return this.#payload('resume', { around, views, segments }, understood, now);
  }

  #payload(
    kind: Payload['kind'],
    { around: [head, tail], views, segments }: Content,
    { parts, deflate }: Understood,
    now: number,
  ): Payload {
    const find = this.#log.segments().length === 0 ? () => undefined : this.#found();
    const content = { head, tail, views, segments, find, now };
    return new Payload({
      kind,
      epoch: this.epoch,
      seq: this.seq,
      messages: parts,
      deflate: deflate ? this.#deflate : null,
      texts: parts ? messagesOf(content) : fragmentsOf(content),
    });
  }

  /** Segments as they are now: what is still being sent must not change on its way. */
  #found(): (key: string) => Segment | undefined {
    const now = new Map(this.#log.segments().map(({ segment }) => [segment.key, segment]));
    return (key) => now.get(key);
  }

  #known(name: string, now: number): Payload | null {
    const cached = this.#cached.get(name);
    return cached !== undefined && now - cached.at <= CACHE_MS ? cached.payload : null;
  }

  #keep(name: string, payload: Payload, now: number): Payload {
    this.#cached.set(name, { payload, at: now });
    return payload;
  }

  #noted(change: Change): Change {
    if (change.kind !== 'none') {
      this.#cached.clear();
    }
    return change;
  }
}

type Resume = { readonly epoch: string; readonly seq: number };

interface Content {
  /** Text before and after the breakers. */
  readonly around: readonly [string, string];
  readonly views: readonly HeldView[];
  readonly segments: readonly SegmentNews[];
}

const nameOf = ({ parts, deflate }: Understood): string => `${Number(parts)}${Number(deflate)}`;
