import type { BreakerView } from '@recloser/core';
import { type Change, ChangeLog, type Difference } from './change-log.js';
import type { ChangeSet, EnvironmentSnapshot, HubOptions, HubTuning } from '../ports.js';
import { type HeldView, wireView, deltaText, fullText } from './wire.js';

/** Texts made for one connection are good for the next one for so long: durations in them shrink with time. */
const CACHE_MS = 1_000;

interface CachedText {
  readonly text: string;
  readonly at: number;
}

/** What a new connection is to be sent. */
export interface Answer {
  readonly kind: 'full' | 'resume';
  readonly text: string;
}

/** The environment's state and the texts that carry it; each is serialised once for all who need it. */
export class Sync {
  readonly #environment: HubOptions['environment'];
  readonly #tuning: HubTuning;
  readonly #fleet: () => number;
  readonly #log: ChangeLog;
  readonly #deltas = new Map<number, CachedText>();
  #full: CachedText | null = null;
  #confirmedAt = Number.NEGATIVE_INFINITY;

  constructor(environment: HubOptions['environment'], tuning: HubTuning, fleet: () => number) {
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
  answer(resume: { epoch: string; seq: number } | undefined, now: number): Answer {
    if (resume !== undefined) {
      const text = this.#resumeText(resume, now);
      if (text !== null) return { kind: 'resume', text };
    }
    return { kind: 'full', text: this.fullText(now) };
  }

  fullText(now: number): string {
    if (this.#full === null || now - this.#full.at > CACHE_MS) {
      const { key, kind } = this.#environment;
      const { flushMs, urgentFlushMs, leaseMs, pingMs } = this.#tuning;
      const text = fullText({
        epoch: this.epoch,
        seq: this.seq,
        environment: { key, kind },
        tuning: { flushMs, urgentFlushMs, leaseMs, pingMs },
        fleet: this.#fleet(),
        breakers: this.#wire([...this.#log.all()], now),
      });
      this.#full = { text, at: now };
    }
    return this.#full.text;
  }

  deltaText(from: number, keys: Iterable<string>, now: number): string {
    return this.#differenceText(from, this.#log.difference(keys), now);
  }

  #resumeText({ epoch, seq }: { epoch: string; seq: number }, now: number): string | null {
    const cached = this.#deltas.get(seq);
    if (epoch === this.epoch && cached !== undefined && now - cached.at <= CACHE_MS) {
      return cached.text;
    }
    const difference = this.#log.since(epoch, seq);
    if (difference === null) return null;
    const text = this.#differenceText(seq, difference, now);
    this.#deltas.set(seq, { text, at: now });
    return text;
  }

  #differenceText(from: number, { views, removed }: Difference, now: number): string {
    const breakers = this.#wire(views, now);
    return deltaText({ epoch: this.epoch, from, seq: this.seq, breakers, removed: [...removed] });
  }

  #wire(views: readonly HeldView[], now: number): BreakerView[] {
    return views.map((held) => wireView(held, now));
  }

  #noted(change: Change): Change {
    if (change.kind !== 'none') {
      this.#full = null;
      this.#deltas.clear();
    }
    return change;
  }
}
