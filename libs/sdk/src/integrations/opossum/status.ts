import { EventEmitter } from 'node:events';
import { every, stopEvery } from './time.js';

const PERCENTILES = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 1] as const;
const COUNTS = [
  'failures',
  'fallbacks',
  'successes',
  'rejects',
  'fires',
  'timeouts',
  'cacheHits',
  'cacheMisses',
  'coalesceCacheHits',
  'coalesceCacheMisses',
  'semaphoreRejections',
] as const;

/** What is counted. */
export type Count = (typeof COUNTS)[number];

/** The counts of one slice of the window. */
export type Bucket = Record<Count, number> & {
  percentiles: Record<number, number>;
  latencyTimes: number[];
  /** Set by an opening or a closing in this slice. */
  isCircuitBreakerOpen?: boolean;
};

/** The counts of the whole window. */
export type Stats = Bucket & { latencyMean: number };

export interface StatusOptions {
  readonly rollingCountBuckets?: number | undefined;
  readonly rollingCountTimeout?: number | undefined;
  readonly rollingPercentilesEnabled?: boolean | undefined;
  readonly enableSnapshots?: boolean | undefined;
  readonly rotateBucketController?: EventEmitter | undefined;
  /** Counts to begin with. */
  readonly stats?: Partial<Stats> | undefined;
}

function emptyBucket(): Bucket {
  return {
    failures: 0,
    fallbacks: 0,
    successes: 0,
    rejects: 0,
    fires: 0,
    timeouts: 0,
    cacheHits: 0,
    cacheMisses: 0,
    coalesceCacheHits: 0,
    coalesceCacheMisses: 0,
    semaphoreRejections: 0,
    percentiles: {},
    latencyTimes: [],
  };
}

/** The rolling window of a breaker: counts and latencies in slices of equal length. */
export class Status extends EventEmitter {
  rollingPercentilesEnabled: boolean;
  enableSnapshots: boolean;
  rotateBucketController: EventEmitter | undefined;
  readonly #window: Bucket[];
  #present: Bucket;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(options: StatusOptions) {
    super();
    const buckets = options.rollingCountBuckets || 10;
    const windowMs = options.rollingCountTimeout || 10_000;
    this.rollingPercentilesEnabled = options.rollingPercentilesEnabled !== false;
    this.enableSnapshots = options.enableSnapshots !== false;
    this.rotateBucketController = options.rotateBucketController;
    const first = (this.#present = { ...emptyBucket(), ...options.stats });
    this.#window = Array.from({ length: buckets }, (_, at) => (at === 0 ? first : emptyBucket()));
    const sliceMs = Math.floor(windowMs / buckets);
    if (this.rotateBucketController === undefined) this.#every(sliceMs, this.rotateBucket);
    else this.startListeneningForRotateEvent();
    if (this.enableSnapshots) this.#every(sliceMs, () => this.#snapshot());
  }

  /** Begins a new slice, and drops the oldest. */
  readonly rotateBucket = (): void => {
    this.#window.pop();
    this.#window.unshift((this.#present = emptyBucket()));
  };

  /** The sums of the window, with the mean and the percentiles of its latencies; −1 for these where they are off. */
  get stats(): Stats {
    const sum: Stats = { ...emptyBucket(), latencyMean: -1 };
    const isTimed = this.rollingPercentilesEnabled;
    for (const bucket of this.#window) {
      for (const count of COUNTS) sum[count] += bucket[count] || 0;
      if (isTimed) sum.latencyTimes.push(...bucket.latencyTimes);
    }
    const times = sum.latencyTimes.sort((a, b) => a - b);
    if (isTimed) sum.latencyMean = times.reduce((a, b) => a + b, 0) / (times.length || 1);
    for (const share of PERCENTILES) {
      const at = Math.max(0, Math.ceil(share * times.length) - 1);
      sum.percentiles[share] = isTimed ? (times[at] ?? 0) : -1;
    }
    return sum;
  }

  /** The slices, the present one first. */
  get window(): Bucket[] {
    return this.#window.slice();
  }

  /** The sum of one count, without the rest. */
  total(count: Count): number {
    let sum = 0;
    for (const bucket of this.#window) sum += bucket[count] || 0;
    return sum;
  }

  /** @internal The slice of now. */
  get present(): Bucket {
    return this.#present;
  }

  increment(count: Count, latencyMs?: number): void {
    if (count === 'successes') {
      this.succeed(latencyMs || 0);
      return;
    }
    const bucket = this.#present;
    bucket[count] += 1;
    if (count === 'failures' || count === 'timeouts') bucket.latencyTimes.push(latencyMs || 0);
  }

  /** @internal As `increment('successes', latencyMs)`. */
  succeed(latencyMs: number): void {
    const bucket = this.#present;
    bucket.successes += 1;
    bucket.latencyTimes.push(latencyMs);
  }

  open(): void {
    this.#present.isCircuitBreakerOpen = true;
  }

  close(): void {
    this.#present.isCircuitBreakerOpen = false;
  }

  shutdown(): void {
    this.removeAllListeners();
    for (const timer of this.#timers) stopEvery(timer);
    this.removeRotateBucketControllerListener();
  }

  startListeneningForRotateEvent(): void {
    const controller = this.rotateBucketController;
    if (controller?.listeners('rotate').includes(this.rotateBucket) === false)
      controller.on('rotate', this.rotateBucket);
  }

  removeRotateBucketControllerListener(): void {
    this.rotateBucketController?.removeListener('rotate', this.rotateBucket);
  }

  /** Sums up only for those who listen. */
  #snapshot(): void {
    if (this.listenerCount('snapshot') > 0) this.emit('snapshot', this.stats);
  }

  #every(ms: number, run: () => void): void {
    this.#timers.push(every(ms, run));
  }
}
