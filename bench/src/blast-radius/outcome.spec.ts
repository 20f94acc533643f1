import { describe, expect, it } from 'vitest';
import type { Fault } from './cases.js';
import { blastOf, type Wanted } from './outcome.js';

const FAULT_AT = 10_000;
const times = { faultAt: FAULT_AT, healedAt: FAULT_AT + 4_000, until: FAULT_AT + 10_000 };
const ALL: Fault = { kind: 'errors', share: 1 };
const NODE: Fault = { ...ALL, instance: 'one' };
const INSTANCES = [
  ['one', 'a'],
  ['two', 'b'],
  ['three', 'b'],
] as const;

/** Ten calls a second from each of three instances; `resultOf` says what became of one, by seconds from the fault on. */
function calls(resultOf: (instance: string, second: number, account: number) => Wanted['result']) {
  return INSTANCES.flatMap(([instance, zone]) =>
    Array.from({ length: 120 }, (_, i): Wanted => {
      const at = FAULT_AT - 1_000 + i * 100;
      const result = resultOf(instance, (at - FAULT_AT) / 1_000, i);
      return { instance, zone, account: i, at, result };
    }),
  );
}
const during = (second: number, from: number, to: number): boolean => second >= from && second < to;

describe('blastOf', () => {
  it('says who was blocked, and that the others were not', () => {
    const node = calls((instance, second) => {
      if (instance !== 'one') return 'ok';
      if (during(second, 0, 2)) return 'failed';
      return during(second, 2, 5) ? 'rejected' : 'ok';
    });
    expect(blastOf(node, NODE, times)).toEqual({
      healthyRejected: 0,
      blockedAtFault: 1,
      blockedOthers: 0,
      blockedAtFaultS: 3,
      blockedOthersS: 0,
      fleetTrips: 0,
      failed: 20,
      spoiltBefore: 0,
      backMs: 900,
    });
  });

  it('sees that healthy callers pay for one bad node', () => {
    const paid = calls((_, second) => (during(second, 2, 7) ? 'rejected' : 'ok'));
    expect(blastOf(paid, NODE, times)).toMatchObject({
      healthyRejected: 0.5,
      blockedAtFault: 1,
      blockedOthers: 2,
      blockedAtFaultS: 5,
      blockedOthersS: 10,
      fleetTrips: 1,
    });
  });

  it('takes the accounts of other shards for the healthy callers, on every instance', () => {
    const shard: Fault = { kind: 'hang', share: 1, shard: 0 };
    const own = calls((_, __, account) => (account % 4 === 0 ? 'rejected' : 'ok'));
    expect(blastOf(own, shard, times)).toMatchObject({ healthyRejected: 0, blockedOthers: 0 });
    const other = calls((_, __, account) => (account % 4 === 1 ? 'rejected' : 'ok'));
    expect(blastOf(other, shard, times).healthyRejected).toBeCloseTo(1 / 3);
  });

  it('holds no rejection against a breaker while everything fails, and each one while a few do', () => {
    const outage = calls((_, second) => (during(second, 0, 4) ? 'rejected' : 'ok'));
    expect(blastOf(outage, ALL, times)).toMatchObject({ healthyRejected: 0, backMs: 0 });
    expect(blastOf(outage, { ...ALL, share: 0.2 }, times).healthyRejected).toBe(0.4);
  });

  it('counts a trip of the fleet again only after it was let go', () => {
    const ramp = calls((_, second, account) => {
      if (during(second, 1, 2) || during(second, 3, 4)) return 'rejected';
      return during(second, 2, 3) && account % 5 > 0 ? 'rejected' : 'ok';
    });
    expect(blastOf(ramp, ALL, times).fleetTrips).toBe(1);
    const again = calls((_, second) =>
      during(second, 1, 2) || during(second, 3, 4) ? 'rejected' : 'ok',
    );
    expect(blastOf(again, ALL, times).fleetTrips).toBe(2);
  });

  it('does not call a fleet back that rejects up to the end', () => {
    const never = calls((instance, second) =>
      instance === 'two' && second >= 1 ? 'rejected' : 'ok',
    );
    expect(blastOf(never, ALL, times)).toMatchObject({ backMs: null, fleetTrips: 0 });
  });

  it('leaves out what was wanted before the fault, or after the watch', () => {
    const outside = calls((_, second) => (during(second, 0, 10) ? 'ok' : 'rejected'));
    expect(blastOf(outside, ALL, times)).toMatchObject({
      healthyRejected: 0,
      blockedOthersS: 0,
      spoiltBefore: 30,
    });
  });
});
