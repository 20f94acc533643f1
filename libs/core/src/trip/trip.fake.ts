import { EMPTY_COUNTS } from '../model/counts.js';
import {
  BUCKET_MS,
  type BucketCounts,
  type Evidence,
  type InstanceCounts,
  type WindowEvidence,
} from '../model/model.js';
import { INSTANCE_WINDOWS_MS } from '../model/trip-policy.js';

/** When the buckets made here end. */
const NOW = 1_000_000;

/** A time in which a share of all calls fails. */
export interface Stretch {
  readonly ms: number;
  readonly rate: number;
  /** Calls per second of the whole fleet. Default: 200. */
  readonly perSecond?: number;
  /** Share of slow calls. Default: 0. */
  readonly slow?: number;
}

/** Stretches as buckets, one after the other, the last of which ends now. Whole buckets without calls are left out. */
export function bucketsOf(...stretches: readonly Stretch[]): BucketCounts[] {
  let at = NOW - stretches.reduce((sum, { ms }) => sum + ms, 0);
  const buckets: BucketCounts[] = [];
  for (const { ms, rate, perSecond = 200, slow = 0 } of stretches) {
    for (let done = 0; done < ms; done += BUCKET_MS) {
      const length = Math.min(BUCKET_MS, ms - done);
      const calls = (perSecond * length) / 1_000;
      const bucket = { at: at + done, ms: length, calls, failures: calls * rate };
      if (calls > 0) buckets.push({ ...bucket, slow: calls * slow, localLag: 0 });
    }
    at += ms;
  }
  return buckets;
}

/** A window of twenty instances, all of which fail when more calls than not do. */
export function windowOf(
  ok: number,
  failures: number,
  more: Partial<WindowEvidence> = {},
): WindowEvidence {
  return {
    lengthMs: 2_000,
    counts: { ...EMPTY_COUNTS, ok, failures },
    failingBuckets: failures > 0 ? 8 : 0,
    reporting: 20,
    failing: failures > ok * 0.5 ? 20 : 0,
    heaviest: [],
    ...more,
  };
}

export function evidenceOf(parts: Partial<Evidence>): Evidence {
  return { windows: [], buckets: null, step: null, probe: null, acks: null, ...parts };
}

/** A fleet of 20 that makes 200 calls per second, a share of which has failed for some time, on all instances alike. */
export function failingFor(ms: number, rate: number, more: Partial<WindowEvidence> = {}): Evidence {
  const buckets = bucketsOf({ ms: 10_000, rate: 0 }, { ms, rate });
  const windows = INSTANCE_WINDOWS_MS.map((lengthMs) => {
    const failed = (Math.min(ms, lengthMs) * 200 * rate) / 1_000;
    const ok = (lengthMs * 200) / 1_000 - failed;
    return windowOf(ok, failed, { lengthMs, failing: rate >= 0.35 ? 20 : 0, ...more });
  });
  return evidenceOf({ windows, buckets, acks: connected(20) });
}

export const connected = (count: number) => ({ connected: count, applied: count, behind: [] });

export const node = (instanceId: string, calls: number, failures: number): InstanceCounts => ({
  instanceId,
  service: 'checkout',
  zone: null,
  calls,
  failures,
});
