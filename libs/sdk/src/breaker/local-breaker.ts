import {
  ADMISSION_ALL,
  ADMISSION_NONE,
  addSpan,
  BUCKET_MS,
  isAboveLimit,
  isProven,
  knownMs,
  noExcess,
  type Admission,
  type StateKind,
} from '@recloser/core';
import { attempt } from '../signals/read.js';
import { type MakeTripRule, type TripRule } from './trip-rule.js';

/**
 * What one process goes by while it decides alone. Each has a default, made for a sudden outage of the control plane;
 * `presets` has more usual ones.
 */
export interface LocalPolicy {
  /** Failure rate that is tolerated; only failures beyond it can open the breaker. At most 0.95. Default: 0.35. */
  readonly failureRate?: number;
  /**
   * How much failure beyond the tolerated rate opens it: (rate − tolerated rate) × time. A dead dependency reaches
   * 950 ms after 1.5 s, one that fails half of its calls after 6.3 s. Default: 950 ms.
   */
  readonly excessMs?: number;
  /** How much evidence it takes: as much as this many failed calls in a row. Default: 12. */
  readonly minCalls?: number;
  /** A pause without calls after which earlier failures are forgotten. Default: 60,000 ms. */
  readonly windowMs?: number;
  /** The older way to give `excessMs`: one less than this, in eighths of `windowMs` (2,000 ms where it is not given). */
  readonly minFailingBuckets?: number;
  /** How long it stays open, doubled with each relapse, and up to 10% more at random. Default: 1,000 ms. */
  readonly coolDownMs?: number;
  /** Default: 30,000 ms, or `coolDownMs` where that is longer. */
  readonly coolDownMaxMs?: number;
  /** Another rule to open by, in place of all above; `@recloser/sdk/trip` has some. Default: none. */
  readonly trip?: MakeTripRule;
  /** Calls that must succeed, one after another, before more are let in. Default: 3. */
  readonly probes?: number;
  /** Rising shares (0…1) of the traffic on the way back. Empty: all at once. Default: 6.25, 12.5, 25 and 50%. */
  readonly ramp?: readonly number[];
  /** How long each of these lasts at least. Default: 2,000 ms. */
  readonly dwellMs?: number;
}

const DEFAULTS: Required<Omit<LocalPolicy, 'coolDownMaxMs' | 'minFailingBuckets' | 'trip'>> = {
  failureRate: 0.35,
  excessMs: 950,
  minCalls: 12,
  windowMs: 60_000,
  coolDownMs: 1_000,
  probes: 3,
  ramp: [1 / 16, 1 / 8, 1 / 4, 1 / 2],
  dwellMs: 2_000,
};
const COOL_DOWN_MAX_MS = 30_000;
const PROBE_GAP_MS = 1_000;
/** A step without calls lasts so many dwells. */
const QUIET_DWELLS = 5;
const RECOVERY_RATE = 0.1;

/** Where a takeover starts: the state last known. */
export interface LocalStart {
  readonly state: StateKind;
  readonly admission: Admission;
}

/** Why a process rejects on its own, as the protocol's signals say it: times are ages in ms. */
export type LocalReport = [opened: number, calls: number, failures: number, failed: number];

/** The bucket in which a closed breaker counts now. Successes within it are only counted. */
export interface LocalBucket {
  /** Monotonic ms. */
  at: number;
  /** −Infinity while successes are more than counted. */
  endsAt: number;
  calls: number;
  bad: number;
}

export function noLocalBucket(): LocalBucket {
  return { at: -Infinity, endsAt: -Infinity, calls: 0, bad: 0 };
}

/**
 * The breaker of one process while nobody decides for the fleet: opens by the same rule, lets through one call in `k`
 * to probe, and climbs the ladder on its own evidence. Pure: time and randomness are parameters.
 */
export class LocalBreaker {
  kind: 'closed' | 'open' | 'probing' | 'ramping' = 'closed';
  admission: Admission = ADMISSION_ALL;
  /** The bucket of now. Whoever counts a success until it ends may do so here, which is as good as `record`. */
  readonly bucket = noLocalBucket();
  /** What the buckets before it add up to. */
  #excess = noExcess();
  #policy: typeof DEFAULTS & LocalPolicy = DEFAULTS;
  #rule: TripRule | undefined = undefined;
  readonly #oneIn: number;
  openUntil = 0;
  #nextProbeAt = 0;
  relapses = 0;
  #probing = false;
  #probesPassed = 0;
  #step = 0;
  #stepAt = 0;
  #stepCalls = 0;
  #stepFailures = 0;
  /** What it opened on, with times instead of ages; null while it only goes by what others had decided. */
  opening: Readonly<LocalReport> | null = null;

  /** `fleet`: how many instances there were last; so many make their probes rarer. 0: nobody else probes. */
  constructor(
    start: LocalStart,
    fleet: number,
    policy: LocalPolicy | null,
    now: number,
    random: number,
  ) {
    if (policy !== null) this.adopt(policy);
    this.#oneIn = fleet === 0 ? 1 : Math.min(1_000, Math.max(4, fleet));
    if (start.state === 'open' || start.state === 'probing') this.open(now, random);
    else if (start.state === 'ramping') this.resume(start.admission, now);
  }

  /** Goes by another policy from now on; what was counted and decided stays. */
  adopt(policy: LocalPolicy): void {
    const { minFailingBuckets, windowMs = 2_000 } = policy;
    const spread =
      minFailingBuckets === undefined ? {} : { excessMs: ((minFailingBuckets - 1) * windowMs) / 8 };
    const failureRate = Math.min(0.95, policy.failureRate ?? DEFAULTS.failureRate);
    const { trip } = policy;
    if (trip !== this.#policy.trip) this.#rule = trip && attempt(trip);
    this.#policy = { ...DEFAULTS, ...spread, ...policy, failureRate };
  }

  /** Milliseconds until it can change by itself; null while closed. */
  retryAfterMs(now: number): number | null {
    if (this.kind === 'closed') return null;
    return this.kind === 'open' ? Math.max(0, this.openUntil - now) : PROBE_GAP_MS;
  }

  /** Counts an outcome of an admitted call, as of `at`. True when the state changed. */
  record(failed: boolean, now: number, random: number, at = now): boolean {
    if (this.kind === 'closed') return this.#recordClosed(failed, now, random, at);
    if (this.kind !== 'ramping') return false;
    this.#stepCalls += 1;
    if (failed) this.#stepFailures += 1;
    if (!failed || this.#stepFailures < 2) return false;
    if (!isAboveLimit(this.#stepFailures, this.#stepCalls, RECOVERY_RATE)) return false;
    this.#failed(this.#stepCalls, this.#stepFailures, now, random);
    return true;
  }

  /** Lets time pass. True when the state changed. */
  advance(now: number): boolean {
    if (this.kind === 'open' && now >= this.openUntil) {
      this.kind = 'probing';
      this.#probesPassed = 0;
      this.#probing = false;
      this.#nextProbeAt = now;
      return true;
    }
    return this.kind === 'ramping' && this.#stepHeld(now) && this.enterStep(this.#step + 1, now);
  }

  /** Whether this call may be a probe; `probed` says how it went. */
  claimProbe(now: number, random: number): boolean {
    if (this.kind !== 'probing' || this.#probing || now < this.#nextProbeAt) return false;
    if (random * this.#oneIn >= 1) return false;
    this.#probing = true;
    return true;
  }

  /** Null: the probe told nothing. True when the state changed. */
  probed(ok: boolean | null, now: number, random: number): boolean {
    if (this.kind !== 'probing' || !this.#probing) return false;
    this.#probing = false;
    this.#nextProbeAt = now + PROBE_GAP_MS;
    if (ok === null) return false;
    if (!ok) {
      this.#failed(1, 1, now, random);
      return true;
    }
    this.#probesPassed += 1;
    if (this.#probesPassed < this.#policy.probes) return false;
    this.kind = 'ramping';
    return this.enterStep(0, now);
  }

  #recordClosed(failed: boolean, now: number, random: number, countedAt: number): boolean {
    const { bucket } = this;
    const rule = this.#rule;
    if (rule !== undefined) {
      const trip = attempt(() => rule.record(failed, now) && failed && rule);
      if (trip) this.#failed(trip.calls, trip.failures, now, random);
      return Boolean(trip);
    }
    // Nearly all calls: a remainder of a fraction would take as long as all the rest.
    if (!failed && now < bucket.endsAt) {
      bucket.calls += 1;
      return false;
    }
    const { failureRate, excessMs, minCalls, windowMs } = this.#policy;
    if (now - bucket.at >= windowMs) this.#forget();
    const at = Math.max(bucket.at, countedAt - (countedAt % BUCKET_MS));
    if (bucket.at !== at) {
      addSpan(this.#excess, { ...bucket, ms: BUCKET_MS }, failureRate);
      Object.assign(bucket, { at, endsAt: at + Math.min(BUCKET_MS, windowMs), calls: 0, bad: 0 });
    }
    bucket.calls += 1;
    if (!failed) return false;
    bucket.bad += 1;
    const total = { ...this.#excess };
    addSpan(total, { ...bucket, ms: Math.min(BUCKET_MS, Math.max(1, now - at)) }, failureRate);
    if (knownMs(total) < excessMs || !isProven(total, failureRate, minCalls)) return false;
    this.#failed(total.calls, total.bad, now, random);
    return true;
  }

  #forget(): void {
    attempt(() => this.#rule?.reset());
    this.#excess = noExcess();
    Object.assign(this.bucket, noLocalBucket());
  }

  /** Opens on what this process saw itself; a relapse adds to what opened it first. */
  #failed(calls: number, failures: number, now: number, random: number): void {
    const [at, before, failed] = this.opening ?? [now, 0, 0];
    this.opening = [at, before + calls, failed + failures, now];
    this.open(now, random);
  }

  open(now: number, random: number): void {
    const { coolDownMs, coolDownMaxMs = Math.max(COOL_DOWN_MAX_MS, coolDownMs) } = this.#policy;
    const coolDown = Math.min(coolDownMaxMs, coolDownMs * 2 ** this.relapses);
    this.kind = 'open';
    this.admission = ADMISSION_NONE;
    this.openUntil = now + coolDown * (1 + random / 10);
    this.relapses = Math.min(this.relapses + 1, 10);
    this.#forget();
  }

  resume(admission: Admission, now: number): void {
    this.kind = 'ramping';
    const step = this.#policy.ramp.findLastIndex((share) => share * ADMISSION_ALL <= admission);
    this.enterStep(Math.max(0, step), now);
    this.kind = 'ramping';
    this.admission = admission;
  }

  #stepHeld(now: number): boolean {
    const held = now - this.#stepAt;
    const { dwellMs } = this.#policy;
    if (this.#stepCalls === 0) return held >= QUIET_DWELLS * dwellMs;
    return held >= dwellMs && this.#stepFailures / this.#stepCalls <= RECOVERY_RATE;
  }

  /** After the last step it is closed. */
  enterStep(step: number, now: number): true {
    const share = this.#policy.ramp[step];
    if (share === undefined) {
      this.kind = 'closed';
      this.relapses = 0;
      this.opening = null;
      this.#forget();
    }
    this.#step = step;
    this.#stepAt = now;
    this.#stepCalls = 0;
    this.#stepFailures = 0;
    this.admission = Math.round((share ?? 1) * ADMISSION_ALL);
    return true;
  }
}
