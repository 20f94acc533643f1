import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Seeded random numbers for thousands of simulated hours. Its period is 2^128 − 1: that of the seeds' generator, 2^32, is
 * less than an hour at 2,000 calls/s and a thousand instances has draws, and a longer run would repeat itself.
 */
export class Draws {
  readonly #source;

  constructor(seed: number) {
    this.#source = xoroshiro128plus(seed);
    // Its first numbers are as alike as the seeds are.
    for (let skipped = 0; skipped < 64; skipped += 1) this.#source.next();
  }

  /** 0 ≤ x < 1, of 53 bits: a chance of one in a billion comes once in a billion. */
  next(): number {
    const high = this.#source.next() >>> 5;
    const low = this.#source.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** As `next`, of 32 bits where that is enough to invert by: not near 0 and 1. */
  nextToInvert(): number {
    const high = this.#source.next() >>> 0;
    const cell = high >>> 24;
    const low = cell === 0 || cell === 255 ? (this.#source.next() >>> 0) / 2 ** 32 : 0.5;
    return Math.min((high + low) / 2 ** 32, BELOW_ONE);
  }

  /** An integer, 0 ≤ n < count. */
  below(count: number): number {
    return Math.floor(((this.#source.next() >>> 0) / 2 ** 32) * count);
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }
}

const BELOW_ONE = 1 - 2 ** -53;

/** Weights below this part of the largest are left out; a double cannot tell them from nothing. */
const NEGLIGIBLE = 1e-20;
const GUIDES = 256;

/** A distribution over whole numbers from `first` on, drawn from by inversion with a table of where to begin. */
export class Distribution {
  readonly #sums: Float64Array;
  readonly #guide = new Uint16Array(GUIDES);

  private constructor(
    private readonly first: number,
    weights: readonly number[],
  ) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let sum = 0;
    this.#sums = Float64Array.from(weights, (weight) => (sum += weight / total));
    this.#sums[weights.length - 1] = 1;
    let index = 0;
    for (let guide = 0; guide < GUIDES; guide += 1) {
      while ((this.#sums[index] ?? 1) <= guide / GUIDES) index += 1;
      this.#guide[guide] = index;
    }
  }

  /** How many of `count` happen when each does with this chance. */
  static binomial(count: number, chance: number): Distribution {
    const ratio = (k: number): number => ((count - k + 1) / k) * (chance / (1 - chance));
    return Distribution.#around(Math.floor((count + 1) * chance), ratio, count);
  }

  /** How many happen when `mean` are expected, and none knows of another. */
  static poisson(mean: number): Distribution {
    return Distribution.#around(Math.floor(mean), (k) => mean / k, Infinity);
  }

  /** From the likeliest number outwards; `ratio(k)` is the chance of k by that of k − 1. */
  static #around(mode: number, ratio: (k: number) => number, most: number): Distribution {
    const start = Math.min(mode, most);
    const weights = [1];
    let first = start;
    for (let weight = 1; first > 0;) {
      weight /= ratio(first);
      if (weight < NEGLIGIBLE) break;
      weights.unshift(weight);
      first -= 1;
    }
    for (let [k, weight] = [start + 1, 1]; k <= most; k += 1) {
      weight *= ratio(k);
      if (weight < NEGLIGIBLE) break;
      weights.push(weight);
    }
    return new Distribution(first, weights);
  }

  draw(random: Draws): number {
    const at = random.nextToInvert();
    let index = this.#guide[Math.floor(at * GUIDES)] ?? 0;
    while ((this.#sums[index] ?? 1) <= at) index += 1;
    return this.first + index;
  }
}

/** Draws how many of some calls fail. */
export class Failures {
  readonly #byCalls: Distribution[] = [];

  constructor(readonly share: number) {}

  of(calls: number, random: Draws): number {
    if (this.share >= 1) return calls;
    if (this.share <= 0) return 0;
    if (calls === 1) return random.next() < this.share ? 1 : 0;
    const known = this.#byCalls[calls];
    if (known !== undefined) return known.draw(random);
    const found = Distribution.binomial(calls, this.share);
    this.#byCalls[calls] = found;
    return found.draw(random);
  }
}
