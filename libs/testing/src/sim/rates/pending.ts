import type { Draws } from './draws.js';
import type { ToldFleet } from './told-fleet.js';

/** Buckets that calls may wait in: more than the longest wait, and a power of two. */
const SLOTS = 8;
/** Share of failed calls from which on an SDK sends its counts at once. */
const FAILING_SHARE = 0.1;

/** The calls that each instance of a fleet has made and not told yet, by bucket. */
export class Pending {
  readonly #calls: Int32Array;
  readonly #failures: Int32Array;
  readonly #callsOf: Int32Array;
  readonly #failuresOf: Int32Array;
  readonly #from: Float64Array;

  constructor(instances: number) {
    this.#calls = new Int32Array(instances);
    this.#failures = new Int32Array(instances);
    this.#callsOf = new Int32Array(instances * SLOTS);
    this.#failuresOf = new Int32Array(instances * SLOTS);
    this.#from = new Float64Array(instances);
  }

  isEmpty(instance: number): boolean {
    return this.#calls[instance] === 0;
  }

  /** Adds calls of one bucket; true when after one of the failures among them a tenth of all that wait had failed. */
  add(instance: number, bucket: number, calls: number, failures: number, random: Draws): boolean {
    const [made, failed] = [this.#calls[instance] ?? 0, this.#failures[instance] ?? 0];
    if (made === 0) this.#from[instance] = bucket;
    this.#calls[instance] = made + calls;
    this.#failures[instance] = failed + failures;
    const slot = instance * SLOTS + (bucket % SLOTS);
    this.#callsOf[slot] = (this.#callsOf[slot] ?? 0) + calls;
    this.#failuresOf[slot] = (this.#failuresOf[slot] ?? 0) + failures;
    return failures > 0 && hasFailing({ made, failed }, calls, failures, random);
  }

  /** Tells all that one instance has not told, up to this bucket. Returns how many of its calls failed. */
  take(instance: number, until: number, told: ToldFleet): number {
    const failures = this.#failures[instance] ?? 0;
    if (this.#calls[instance] === 0) return 0;
    for (let bucket = this.#from[instance] ?? until; bucket <= until; bucket += 1) {
      const slot = instance * SLOTS + (bucket % SLOTS);
      const calls = this.#callsOf[slot] ?? 0;
      if (calls === 0) continue;
      told.add(instance, bucket, calls, this.#failuresOf[slot] ?? 0);
      this.#callsOf[slot] = 0;
      this.#failuresOf[slot] = 0;
    }
    this.#calls[instance] = 0;
    this.#failures[instance] = 0;
    return failures;
  }

  clear(): void {
    for (const counts of [this.#calls, this.#failures, this.#callsOf, this.#failuresOf]) {
      counts.fill(0);
    }
  }
}

/**
 * Whether a tenth of the calls that wait had failed after any of these failures. All orders of the calls are equally
 * likely, and one is drawn only where it matters.
 */
function hasFailing(
  { made, failed }: { readonly made: number; readonly failed: number },
  calls: number,
  failures: number,
  random: Draws,
): boolean {
  // The last failure comes after at most all calls, and after at least all failures.
  if (failed + failures >= (made + calls) * FAILING_SHARE) return true;
  if (failed + failures < (made + failures) * FAILING_SHARE) return false;
  let left = failures;
  for (let call = 1; left > 0; call += 1) {
    if (random.next() * (calls - call + 1) >= left) continue;
    left -= 1;
    if (failed + failures - left >= (made + call) * FAILING_SHARE) return true;
  }
  return false;
}
