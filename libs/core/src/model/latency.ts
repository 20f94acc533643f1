/** Bins per doubling: the upper limit of a bin lies at most 2^⅛ − 1 = 9.1% above what is in it. */
const PER_DOUBLING = 8;
/** 1 µs */
const SMALLEST_MS = 0.001;

/**
 * 1 µs to two minutes, log-linear, the same in every process, so that what many have counted can be added up. What is
 * shorter or longer stands in the first or last bin.
 */
export const LATENCY_BINS = 27 * PER_DOUBLING;

/**
 * How many samples lie in each bin, sparse: bin, samples, bin, samples… A bin may stand more than once, and then its
 * samples add up: two lists are merged by putting one after the other.
 */
export type LatencyBins = readonly number[];

/** What was taken up of a sample of calls, in ms: each at most 9.1% above the true value. */
export interface LatencyFigures {
  readonly samples: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** The upper limit of the highest bin. */
  readonly max: number;
}

export function latencyBinOf(ms: number): number {
  const position = Math.ceil(Math.log2(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) * PER_DOUBLING);
  return Math.min(LATENCY_BINS - 1, Math.max(0, position));
}

/** What a bin goes up to, in ms. */
export function latencyLimitOf(bin: number): number {
  return SMALLEST_MS * 2 ** (bin / PER_DOUBLING);
}

const MAX_SAMPLES = 0xffff_ffff;

/** Latencies of many processes, merged. Holds 2³² − 1 samples per bin, and takes whatever it is given. */
export class LatencySum {
  readonly #counts = new Uint32Array(LATENCY_BINS);

  /** What is no bin or no number of samples is left out. */
  add(bins: LatencyBins): void {
    for (let at = 0; at + 1 < bins.length; at += 2) {
      const [bin, samples] = [bins[at] ?? -1, bins[at + 1] ?? 0];
      const before = this.#counts[bin];
      if (before === undefined || !(samples > 0)) continue;
      this.#counts[bin] = Math.min(MAX_SAMPLES, before + samples);
    }
  }

  /** Each bin that is not empty, once, ascending. */
  get bins(): LatencyBins {
    const bins: number[] = [];
    this.#counts.forEach((samples, bin) => {
      if (samples > 0) bins.push(bin, samples);
    });
    return bins;
  }

  /** Null without samples. */
  figures(): LatencyFigures | null {
    const { bins } = this;
    let samples = 0;
    for (let at = 1; at < bins.length; at += 2) samples += bins[at] ?? 0;
    if (samples === 0) return null;
    const below = (share: number) => latencyLimitOf(binAt(bins, Math.ceil(samples * share)));
    return { samples, p50: below(0.5), p95: below(0.95), p99: below(0.99), max: below(1) };
  }
}

/** The bin in which the sample of a rank (1…) lies. */
function binAt(bins: LatencyBins, rank: number): number {
  let left = rank;
  for (let at = 0; at < bins.length; at += 2) {
    left -= bins[at + 1] ?? 0;
    if (left <= 0) return bins[at] ?? 0;
  }
  return bins.at(-2) ?? 0;
}
