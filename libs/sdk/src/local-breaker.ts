import {
  ADMISSION_ALL,
  ADMISSION_NONE,
  ADMISSION_SIXTEENTH,
  BUCKET_MS,
  wilsonLower,
  type Admission,
  type StateKind,
} from '@recloser/core';

const WINDOW_BUCKETS = 8;
const TRIP_RATE = 0.7;
const TRIP_CALLS = 10;
const TRIP_BUCKETS = 4;
const COOL_DOWN_MS = 3_000;
const COOL_DOWN_MAX_MS = 60_000;
const PROBES = 3;
const PROBE_GAP_MS = 1_000;
const DWELL_MS = 2_000;
/** A step without calls lasts this long. */
const QUIET_DWELL_MS = 10_000;
const RECOVERY_RATE = 0.1;
const LADDER: readonly Admission[] = [1, 2, 4, 8].map((share) => share * ADMISSION_SIXTEENTH);

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

  /** `fleet`: how many instances there were last; so many make their probes rarer. */
  constructor(start: LocalStart, fleet: number, now: number, random: number) {
    this.#oneIn = Math.min(1_000, Math.max(4, fleet));
    if (start.state === 'open' || start.state === 'probing') this.#open(now, random);
    else if (start.state === 'ramping') this.#resume(start.admission, now);
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
    return this.kind === 'ramping' && this.#stepHeld(now) && this.#nextStep(now);
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
    if (this.#probesPassed < PROBES) return false;
    this.kind = 'ramping';
    this.#enterStep(0, now);
    return true;
  }

  #recordClosed(failed: boolean, now: number, random: number): boolean {
    const window = this.#bucketsUntil(Math.floor(now / BUCKET_MS));
    const current = window.at(-1);
    if (current === undefined) return false;
    current.calls += 1;
    if (!failed) return false;
    current.failures += 1;
    const calls = window.reduce((sum, bucket) => sum + bucket.calls, 0);
    const failures = window.reduce((sum, bucket) => sum + bucket.failures, 0);
    const failing = window.filter((bucket) => bucket.failures > 0).length;
    if (calls < TRIP_CALLS || failing < TRIP_BUCKETS) return false;
    if (wilsonLower(failures, calls) < TRIP_RATE) return false;
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
    const coolDown = Math.min(COOL_DOWN_MAX_MS, COOL_DOWN_MS * 2 ** this.#relapses);
    this.kind = 'open';
    this.admission = ADMISSION_NONE;
    this.#openUntil = now + coolDown * (1 + random / 10);
    this.#relapses = Math.min(this.#relapses + 1, 10);
    this.#window = [];
  }

  #resume(admission: Admission, now: number): void {
    this.kind = 'ramping';
    const step = LADDER.findLastIndex((rung) => rung <= admission);
    this.#enterStep(Math.max(0, step), now);
    this.admission = admission;
  }

  #stepHeld(now: number): boolean {
    const held = now - this.#stepAt;
    if (this.#stepCalls === 0) return held >= QUIET_DWELL_MS;
    return held >= DWELL_MS && this.#stepFailures / this.#stepCalls <= RECOVERY_RATE;
  }

  #nextStep(now: number): true {
    const next = this.#step + 1;
    if (next < LADDER.length) {
      this.#enterStep(next, now);
    } else {
      this.kind = 'closed';
      this.admission = ADMISSION_ALL;
      this.#relapses = 0;
      this.#window = [];
    }
    return true;
  }

  #enterStep(step: number, now: number): void {
    this.#step = step;
    this.#stepAt = now;
    this.#stepCalls = 0;
    this.#stepFailures = 0;
    this.admission = LADDER[step] ?? ADMISSION_ALL;
  }
}
