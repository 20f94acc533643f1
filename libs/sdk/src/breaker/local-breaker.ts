import {
  ADMISSION_ALL,
  ADMISSION_NONE,
  wilsonLower,
  type Admission,
  type StateKind,
} from '@recloser/core';

/**
 * What one process goes by while it decides alone. Each has a default, made for a sudden outage of the control plane;
 * `presets` has more usual ones.
 */
export interface LocalPolicy {
  /**
   * 0…1. Opens when the share of failed calls is surely at least this: the lower end of its 95 % range (Wilson).
   * When all calls fail that takes 3 of them at 0.4, 4 at 0.5, 9 at 0.7. Default: 0.7.
   */
  readonly failureRate?: number;
  /** Opens after no fewer calls. Default: 10. */
  readonly minCalls?: number;
  /** How far back it looks, counted in eighths. Default: 2,000 ms. */
  readonly windowMs?: number;
  /** In how many of the eighths there must be a failure. Default: 4. */
  readonly minFailingBuckets?: number;
  /** How long it stays open, doubled with each relapse, and up to 10 % more at random. Default: 3,000 ms. */
  readonly coolDownMs?: number;
  /** Default: 60,000 ms, or `coolDownMs` where that is longer. */
  readonly coolDownMaxMs?: number;
  /** Calls that must succeed, one after another, before more are let in. Default: 3. */
  readonly probes?: number;
  /** Rising shares (0…1) of the traffic on the way back. Empty: all at once. Default: 6.25, 12.5, 25 and 50 %. */
  readonly ramp?: readonly number[];
  /** How long each of these lasts at least. Default: 2,000 ms. */
  readonly dwellMs?: number;
}

const DEFAULTS: Required<Omit<LocalPolicy, 'coolDownMaxMs'>> = {
  failureRate: 0.7,
  minCalls: 10,
  windowMs: 2_000,
  minFailingBuckets: 4,
  coolDownMs: 3_000,
  probes: 3,
  ramp: [1 / 16, 1 / 8, 1 / 4, 1 / 2],
  dwellMs: 2_000,
};
const WINDOW_BUCKETS = 8;
const COOL_DOWN_MAX_MS = 60_000;
const PROBE_GAP_MS = 1_000;
/** A step without calls lasts so many dwells. */
const QUIET_DWELLS = 5;
const RECOVERY_RATE = 0.1;

/** Where a takeover starts: the state last known. */
export interface LocalStart {
  readonly state: StateKind;
  readonly admission: Admission;
}

interface WindowBucket {
  readonly index: number;
  calls: number;
  failures: number;
}

/**
 * The breaker of one process while nobody decides for the fleet: trips on a fast window, lets through one call in `k`
 * to probe, and climbs the ladder on its own evidence. Pure: time and randomness are parameters.
 */
export class LocalBreaker {
  kind: 'closed' | 'open' | 'probing' | 'ramping' = 'closed';
  admission: Admission = ADMISSION_ALL;
  #window: WindowBucket[] = [];
  #policy: typeof DEFAULTS & LocalPolicy = DEFAULTS;
  readonly #oneIn: number;
  #openUntil = 0;
  #nextProbeAt = 0;
  #relapses = 0;
  #probing = false;
  #probesPassed = 0;
  #step = 0;
  #stepAt = 0;
  #stepCalls = 0;
  #stepFailures = 0;

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
    if (start.state === 'open' || start.state === 'probing') this.#open(now, random);
    else if (start.state === 'ramping') this.#resume(start.admission, now);
  }

  /** Goes by another policy from now on; what was counted and decided stays. */
  adopt(policy: LocalPolicy): void {
    this.#policy = { ...DEFAULTS, ...policy };
  }

  /** Milliseconds until it can change by itself; null while closed. */
  retryAfterMs(now: number): number | null {
    if (this.kind === 'closed') return null;
    return this.kind === 'open' ? Math.max(0, this.#openUntil - now) : PROBE_GAP_MS;
  }

  /** Counts an outcome of an admitted call. True when the state changed. */
  record(failed: boolean, now: number, random: number): boolean {
    if (this.kind === 'closed') return this.#recordClosed(failed, now, random);
    if (this.kind !== 'ramping') return false;
    this.#stepCalls += 1;
    if (failed) this.#stepFailures += 1;
    if (!failed || this.#stepFailures < 2) return false;
    if (wilsonLower(this.#stepFailures, this.#stepCalls) <= RECOVERY_RATE) return false;
    this.#open(now, random);
    return true;
  }

  /** Lets time pass. True when the state changed. */
  advance(now: number): boolean {
    if (this.kind === 'open' && now >= this.#openUntil) {
      this.kind = 'probing';
      this.#probesPassed = 0;
      this.#probing = false;
      this.#nextProbeAt = now;
      return true;
    }
    return this.kind === 'ramping' && this.#stepHeld(now) && this.#enterStep(this.#step + 1, now);
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
      this.#open(now, random);
      return true;
    }
    this.#probesPassed += 1;
    if (this.#probesPassed < this.#policy.probes) return false;
    this.kind = 'ramping';
    return this.#enterStep(0, now);
  }

  #recordClosed(failed: boolean, now: number, random: number): boolean {
    const { failureRate, minCalls, minFailingBuckets, windowMs } = this.#policy;
    const window = this.#bucketsUntil(Math.floor((now * WINDOW_BUCKETS) / windowMs));
    const current = window.at(-1);
    if (current === undefined) return false;
    current.calls += 1;
    if (!failed) return false;
    current.failures += 1;
    const calls = window.reduce((sum, bucket) => sum + bucket.calls, 0);
    const failures = window.reduce((sum, bucket) => sum + bucket.failures, 0);
    const failing = window.filter((bucket) => bucket.failures > 0).length;
    if (calls < minCalls || failing < minFailingBuckets) return false;
    if (wilsonLower(failures, calls) < failureRate) return false;
    this.#open(now, random);
    return true;
  }

  /** The window's buckets up to and with an absolute index; those of before an idle gap are gone. */
  #bucketsUntil(index: number): readonly WindowBucket[] {
    if (this.#window.at(-1)?.index !== index) {
      this.#window = this.#window.filter((bucket) => bucket.index > index - WINDOW_BUCKETS);
      this.#window.push({ index, calls: 0, failures: 0 });
    }
    return this.#window;
  }

  #open(now: number, random: number): void {
    const { coolDownMs, coolDownMaxMs = Math.max(COOL_DOWN_MAX_MS, coolDownMs) } = this.#policy;
    const coolDown = Math.min(coolDownMaxMs, coolDownMs * 2 ** this.#relapses);
    this.kind = 'open';
    this.admission = ADMISSION_NONE;
    this.#openUntil = now + coolDown * (1 + random / 10);
    this.#relapses = Math.min(this.#relapses + 1, 10);
    this.#window = [];
  }

  #resume(admission: Admission, now: number): void {
    this.kind = 'ramping';
    const step = this.#policy.ramp.findLastIndex((share) => share * ADMISSION_ALL <= admission);
    this.#enterStep(Math.max(0, step), now);
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
  #enterStep(step: number, now: number): true {
    const share = this.#policy.ramp[step];
    if (share === undefined) {
      this.kind = 'closed';
      this.#relapses = 0;
      this.#window = [];
    }
    this.#step = step;
    this.#stepAt = now;
    this.#stepCalls = 0;
    this.#stepFailures = 0;
    this.admission = Math.round((share ?? 1) * ADMISSION_ALL);
    return true;
  }
}
