import { BUCKET_MS } from '@recloser/core';
import { type ClientFrame, type SignalItem } from '@recloser/protocol';
import { type Outbox, type Sender } from '../signals/outbox.js';
import { type Histogram } from '../signals/histogram.js';
import { type LocalBreaker, type LocalReport } from '../breaker/local-breaker.js';
import { signalBucket, type OutcomeCounter } from '../signals/outcome-counter.js';
import { type ScheduledTask, type Scheduler } from '../platform/scheduler.js';

/** Where batches go. `send` is false when nothing can be sent now. */
export interface SignalOutlet {
  readonly bufferedBytes: number;
  send(frame: ClientFrame): boolean;
}

export interface FlushTuning {
  readonly flushMs: number;
  readonly urgentFlushMs: number;
}

const DEFAULT_TUNING: FlushTuning = { flushMs: 1_000, urgentFlushMs: 50 };
const MIN_URGENT_MS = 10;
/**
 * For so long after trouble, the length of the fast window, good outcomes are told once in a bucket, too: those that come a
 * second later than bad ones would make a short trouble look like a long one.
 */
const ALERT_MS = 2_000;
/** A batch stays below the protocol's 256 KiB, also in UTF-8. */
const BATCH_CHARS = 64_000;
const BATCH_ITEMS = 1_000;
/** Beyond this the connection does not keep up, and counting on is better than queueing. */
const BUFFERED_BYTES = 256 * 1024;
/** A breaker fails when this share of what is not yet sent has failed. */
const FAILING_SHARE = 0.1;
const MAX_UNACKNOWLEDGED = 1_000;
const MAX_LAG_MS = 600_000;

/**
 * Sends the counts of active breakers: about every second, every 50 ms while one fails, and every 250 ms for a while
 * after that. At most once each.
 */
export class Reporter implements Sender {
  readonly #outbox: Outbox;
  readonly #scheduler: Scheduler;
  readonly #random: () => number;
  readonly #task: ScheduledTask;
  #outlet: SignalOutlet | null = null;
  #tuning = DEFAULT_TUNING;
  #flushedAt = -Infinity;
  #alertUntil = -Infinity;
  #batch = 0;
  #unacknowledged: { readonly n: number; readonly calls: number }[] = [];
  #waiting: (() => void)[] = [];
  #lagMs = 0;

  constructor(outbox: Outbox, scheduler: Scheduler, random: () => number) {
    this.#outbox = outbox;
    this.#scheduler = scheduler;
    this.#random = random;
    this.#task = scheduler.task((now) => {
      this.flush(now);
    });
    scheduler.onLag((lagMs) => {
      if (lagMs > this.#lagMs) this.#lagMs = lagMs;
    });
    outbox.sender = this;
  }

  /** A connection is up and the server has greeted back: batches may go. */
  attach(outlet: SignalOutlet): void {
    this.#outlet = outlet;
    this.#batch = 0;
    if (this.#outbox.counters.size > 0) this.#plan(this.#scheduler.now());
  }

  detach(): void {
    this.#outlet = null;
    this.#scheduler.cancel(this.#task);
    for (const { calls } of this.#unacknowledged) this.#outbox.lost += calls;
    this.#unacknowledged = [];
    this.#settle();
  }

  tune(tuning: FlushTuning): void {
    this.#tuning = {
      flushMs: Math.max(MIN_URGENT_MS, tuning.flushMs),
      urgentFlushMs: Math.max(MIN_URGENT_MS, tuning.urgentFlushMs),
    };
  }

  plan(soon: boolean): void {
    if (this.#outlet === null) return;
    const now = this.#scheduler.now();
    // Each step of a recovery waits for what its calls show.
    if (soon) this.#alertUntil = Math.max(this.#alertUntil, now + BUCKET_MS);
    if (soon || this.#task.at === Infinity) this.#plan(now);
  }

  failedCall(counter: OutcomeCounter, now: number): void {
    if (this.#outlet === null) return;
    const due = Math.max(now, this.#flushedAt + this.#tuning.urgentFlushMs);
    if (this.#task.at <= due || !isFailing(counter)) return;
    this.#alertUntil = due + ALERT_MS;
    this.#scheduler.runBy(this.#task, due);
  }

  /** The server asks for what is counted, since a breaker may be failing. */
  report(now: number): void {
    if (this.#outbox.counters.size === 0) return;
    const due = Math.max(now, this.#flushedAt + this.#tuning.urgentFlushMs);
    this.#alertUntil = Math.max(this.#alertUntil, due + BUCKET_MS);
    this.#scheduler.runBy(this.#task, due);
  }

  /** The server has a batch. */
  acknowledge(n: number): void {
    this.#unacknowledged = this.#unacknowledged.filter((batch) => batch.n > n);
    if (this.#unacknowledged.length === 0) this.#settle();
  }

  /** Everything that is counted has arrived. */
  get idle(): boolean {
    return this.#outbox.counters.size === 0 && this.#unacknowledged.length === 0;
  }

  /** Resolves when all that was sent is acknowledged, or the connection is gone. */
  settled(): Promise<void> {
    if (this.#unacknowledged.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Sends all that is counted under a known version. */
  flush(now: number): void {
    const outlet = this.#outlet;
    if (outlet === null) return;
    this.#flushedAt = now;
    if (outlet.bufferedBytes > BUFFERED_BYTES) {
      this.#plan(now);
      return;
    }
    const { counters } = this.#outbox;
    let items: SignalItem[] = [];
    let chars = 0;
    let calls = 0;
    for (const counter of counters) {
      counter.prune(Math.floor(now / BUCKET_MS));
      if (counter.buckets.length > 0 && counter.version === null) continue;
      counters.delete(counter);
      if (counter.buckets.length === 0 || counter.version === null) continue;
      const buckets = counter.take();
      for (const bucket of buckets) calls += bucket.ok + bucket.failures;
      const { latency, limiter, asked } = counter.owner;
      const latencies = takeLatencies(latency);
      const opening = limiter && openingOf(limiter, now);
      const waitMs = Math.ceil(asked?.leftMs(now) ?? 0);
      const item: SignalItem = {
        b: counter.key,
        v: counter.version,
        c: buckets.map((bucket) => signalBucket(bucket, ageOf(bucket.index, now))),
        ...(latencies !== null && { h: latencies }),
        ...(opening && { o: opening }),
        ...(waitMs > 0 && { r: waitMs }),
      };
      items.push(item);
      chars += sizeOf(item);
      if (chars < BATCH_CHARS && items.length < BATCH_ITEMS) continue;
      this.#send(outlet, items, calls);
      items = [];
      chars = 0;
      calls = 0;
    }
    if (items.length > 0) this.#send(outlet, items, calls);
    if (counters.size > 0) this.#plan(now);
  }

  #settle(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #plan(now: number): void {
    const { flushMs } = this.#tuning;
    const pause = now < this.#alertUntil ? Math.min(BUCKET_MS, flushMs) : flushMs;
    const jitter = 0.8 + 0.4 * this.#random();
    this.#scheduler.runBy(this.#task, now + pause * jitter);
  }

  #send(outlet: SignalOutlet, items: SignalItem[], calls: number): void {
    this.#batch += 1;
    const n = this.#batch;
    const lag = Math.min(MAX_LAG_MS, Math.round(this.#lagMs));
    this.#lagMs = 0;
    if (!outlet.send({ t: 'signal', n, items, ...(lag > 0 ? { lag } : {}) })) {
      this.#outbox.lost += calls;
      return;
    }
    if (this.#unacknowledged.length < MAX_UNACKNOWLEDGED) this.#unacknowledged.push({ n, calls });
  }
}

function ageOf(index: number, now: number): number {
  return Math.max(0, Math.round(now - index * BUCKET_MS));
}

function sizeOf({ b, c, h }: SignalItem): number {
  let size = 2 * b.length + 70 + 6 * (h?.length ?? 0);
  for (const bucket of c) size += 10 * bucket.length;
  return size;
}

function isFailing(counter: OutcomeCounter): boolean {
  let failures = 0;
  let calls = 0;
  for (const bucket of counter.buckets) {
    failures += bucket.failures;
    calls += bucket.ok + bucket.failures;
  }
  return failures >= calls * FAILING_SHARE;
}

/** What came in since it was last told or dropped; null: nothing. */
function takeLatencies(histogram: Histogram): number[] | null {
  const { counts, told } = histogram;
  const bins: number[] = [];
  counts?.forEach((count, bin) => {
    const samples = count - (told?.[bin] ?? 0);
    if (samples > 0) bins.push(bin, samples);
  });
  if (bins.length === 0) return null;
  histogram.drop();
  return bins;
}

/** Why this process rejects on its own; null: it only goes by what the fleet had decided, or lets some calls in. */
function openingOf({ kind, opening }: LocalBreaker, now: number): LocalReport | null {
  if (opening === null || kind === 'ramping') return null;
  const [at, calls, failures, failedAt] = opening;
  const age = (time: number): number => Math.max(0, Math.round(now - time));
  return [age(at), wholeOf(calls), wholeOf(failures), age(failedAt)];
}

/** A program's own rule may have counted in its own way. */
function wholeOf(count: number): number {
  return count >= 0 && count < 2 ** 32 ? Math.floor(count) : 0;
}
