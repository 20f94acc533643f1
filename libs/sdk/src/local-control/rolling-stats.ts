import { latencyBinOf, latencyLimitOf } from '@recloser/core';
import { type Breaker } from '../breaker/breaker.js';
import { type CallOutcome } from '../signals/outcome.js';
import { type Checks, checkOptions, number } from '../options/option-checks.js';
import { controlOf } from './control-of.js';
import { nodeClock } from '../platform/node-clock.js';

export interface RollingOptions {
  /** For how long a call counts. Calls are forgotten by slices of a tenth of it. Default: 10,000. */
  readonly windowMs?: number;
}

const CHECKS: Checks<RollingOptions> = { windowMs: number(10, 86_400_000) };
const SLICES = 10;
/** Of these a latency says something. */
const TIMED: ReadonlySet<CallOutcome> = new Set(['success', 'failure', 'timeout', 'throttled']);
const OUTCOMES = [
  'success',
  'failure',
  'timeout',
  'throttled',
  'localLag',
  'cancelled',
  'ignored',
] as const satisfies readonly CallOutcome[];

/** Counts of a window, and latencies in ms: at most 9% above the true value, null without calls. */
export interface RollingCounts {
  readonly success: number;
  readonly failure: number;
  readonly timeout: number;
  readonly throttled: number;
  readonly localLag: number;
  readonly cancelled: number;
  readonly ignored: number;
  readonly reject: number;
  readonly fallback: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

type Count = CallOutcome | 'reject' | 'fallback';
type Counts = Record<Count, number>;

interface Slice {
  /** Its absolute index. */
  readonly index: number;
  readonly counts: Counts;
  /** How many calls took how long, by bins that all processes share. */
  readonly latencies: Map<number, number>;
}

/** What a breaker's calls came to in the last seconds. From `rollingStats`. */
export class RollingStats {
  readonly #slices: Slice[] = [];
  readonly #sliceMs: number;
  readonly #now = nodeClock().now;
  readonly #ends: readonly (() => void)[];

  constructor(breaker: Breaker<unknown>, windowMs: number) {
    this.#sliceMs = windowMs / SLICES;
    const control = controlOf(breaker);
    this.#ends = [
      ...OUTCOMES.map((outcome) =>
        control.on(outcome, ({ latencyMs }) => {
          const { counts, latencies } = this.#slice();
          counts[outcome] += 1;
          const bin = latencyBinOf(latencyMs);
          if (TIMED.has(outcome)) latencies.set(bin, (latencies.get(bin) ?? 0) + 1);
        }),
      ),
      control.on('reject', () => (this.#slice().counts.reject += 1)),
      control.on('fallback', () => (this.#slice().counts.fallback += 1)),
    ];
  }

  /** What counts now. */
  get counts(): RollingCounts {
    const oldest = this.#index() - SLICES;
    const sum = noCounts();
    const latencies = new Map<number, number>();
    for (const slice of this.#slices) {
      if (slice.index <= oldest) continue;
      for (const [name, count] of Object.entries(slice.counts)) sum[name as Count] += count;
      for (const [bin, calls] of slice.latencies) {
        latencies.set(bin, (latencies.get(bin) ?? 0) + calls);
      }
    }
    const ascending = [...latencies].sort(([a], [b]) => a - b);
    const share = (part: number): number | null => percentile(ascending, part);
    return { ...sum, p50: share(0.5), p95: share(0.95), p99: share(0.99) };
  }

  /** Counts no more. */
  end(): void {
    for (const end of this.#ends) end();
  }

  #index(): number {
    return Math.floor(this.#now() / this.#sliceMs);
  }

  #slice(): Slice {
    const index = this.#index();
    const last = this.#slices.at(-1);
    if (last?.index === index) return last;
    const slice = { index, counts: noCounts(), latencies: new Map<number, number>() };
    if (this.#slices.push(slice) > SLICES) this.#slices.shift();
    return slice;
  }
}

function noCounts(): Counts {
  return {
    success: 0,
    failure: 0,
    timeout: 0,
    throttled: 0,
    localLag: 0,
    cancelled: 0,
    ignored: 0,
    reject: 0,
    fallback: 0,
  };
}

/** The upper limit, in ms, of the bin in which a share of the calls ends. */
function percentile(ascending: readonly (readonly [number, number])[], share: number) {
  let left = Math.ceil(ascending.reduce((sum, [, calls]) => sum + calls, 0) * share);
  for (const [bin, calls] of ascending) {
    left -= calls;
    if (left <= 0) return latencyLimitOf(bin);
  }
  return null;
}

/**
 * Counts what a breaker's calls come to in the last seconds, read at any time as `counts`. `stats()` counts since the start; this
 * one times each call, and costs it about a microsecond.
 * @throws RecloserOptionError
 */
export function rollingStats(
  breaker: Breaker<unknown>,
  options: RollingOptions = {},
): RollingStats {
  checkOptions('rollingStats', options, CHECKS);
  return new RollingStats(breaker, options.windowMs ?? 10_000);
}
