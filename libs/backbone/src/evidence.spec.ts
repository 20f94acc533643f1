import { COUNT_FIELDS, EMPTY_COUNTS } from '@recloser/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketRange, countsOf, foldAggregates, sumAcks, sumStatistics } from './evidence.js';
import { permitIds, permitIndex } from './permits.js';
import { addPacked, packCounts, readStamped } from './redis/packed.js';

const count = fc.integer({ min: 0, max: 2 ** 40 });
const countList = fc.array(count, {
  minLength: COUNT_FIELDS.length,
  maxLength: COUNT_FIELDS.length,
});

describe('packed counts', () => {
  it('give back what was packed, added to what was there', () => {
    fc.assert(
      fc.property(countList, countList, (a, b) => {
        const sums = [...a];
        addPacked(sums, packCounts(b));
        expect(sums).toEqual(a.map((n, i) => n + (b[i] ?? 0)));
      }),
    );
  });

  it('are short when there is little to say', () => {
    expect(packCounts(COUNT_FIELDS.map(() => 0))).toBe('');
    expect(packCounts([7, 0, 3, 0, 0])).toBe('7,0,3');
  });

  it('leave bars in stamped text alone', () => {
    expect(readStamped('1700000000000|a|b')).toEqual({ at: 1_700_000_000_000, text: 'a|b' });
  });
});

describe('foldAggregates', () => {
  const one = { breaker: 'b', version: 1, service: 's', zone: 'z', bucket: 7 };

  it('has one row per breaker, version and bucket, and loses no count', () => {
    const aggregate = fc.record({
      breaker: fc.constantFrom('a', 'b', '1.b'),
      version: fc.constantFrom(1, 11),
      bucket: fc.constantFrom(1, 11),
      service: fc.constantFrom('s', 't'),
      zone: fc.constantFrom('', 'z'),
      counts: countList.map(countsOf),
    });
    fc.assert(
      fc.property(fc.array(aggregate), (aggregates) => {
        const rows = foldAggregates(aggregates);
        const ids = rows.map((row) => JSON.stringify([row.breaker, row.version, row.bucket]));
        expect(new Set(ids).size).toBe(rows.length);
        const total = (list: readonly number[]) => list.reduce((sum, n) => sum + n, 0);
        expect(total(rows.flatMap((row) => row.counts))).toBe(
          total(aggregates.flatMap(({ counts }) => COUNT_FIELDS.map((field) => counts[field]))),
        );
      }),
    );
  });

  it('puts each count where it belongs', () => {
    const counts = countsOf(COUNT_FIELDS.map((_, i) => i + 1));
    const [row] = foldAggregates([{ ...one, counts }]);
    expect(countsOf(row!.counts)).toEqual(counts);
    expect(countsOf([])).toEqual(EMPTY_COUNTS);
  });
});

describe('bucketRange', () => {
  const query = { breaker: 'b', version: 1, windowMs: 2_000 };

  it.each([
    { windowMs: 2_000, now: 10_000, first: 33, last: 40 },
    { windowMs: 2_000, now: 10_249, first: 33, last: 40 },
    { windowMs: 2_001, now: 10_000, first: 32, last: 40 },
    { windowMs: 250, now: 10_000, first: 40, last: 40 },
    { windowMs: 0, now: 10_000, first: 40, last: 40 },
  ])('a window of $windowMs ms at $now', ({ windowMs, now, first, last }) => {
    expect(bucketRange({ ...query, windowMs }, now)).toEqual({ first, last });
  });

  it('never begins before notBefore, nor earlier than the window', () => {
    expect(bucketRange({ ...query, notBefore: 9_500 }, 10_000).first).toBe(38);
    expect(bucketRange({ ...query, notBefore: 9_501 }, 10_000).first).toBe(39);
    expect(bucketRange({ ...query, notBefore: 0 }, 10_000).first).toBe(33);
  });
});

describe('sumStatistics', () => {
  const entry = { version: 1, windowMs: 2_000, reporting: 2, failing: 1, heaviest: [] };
  const query = { breaker: 'b', version: 1, windowMs: 2_000 };

  it('adds up keys over hubs, and tells them where there are several', () => {
    const keys = (...of: [keyId: string, reporting: number, failing: number][]) =>
      of.map(([keyId, reporting, failing]) => ({ keyId, reporting, failing }));
    const one = { ...entry, keys: keys(['k1', 2, 1]) };
    expect(sumStatistics([one, one], query, 0)).not.toHaveProperty('keys');
    const other = { ...entry, keys: keys(['k2', 3, 3], ['k1', 1, 0]) };
    expect(sumStatistics([one, other], query, 0).keys).toEqual(keys(['k2', 3, 3], ['k1', 3, 1]));
  });

  it('adds up local openings, and gives every other hub’s instances a voice', () => {
    const local = {
      keys: [{ keyId: 'k1', reporting: 2, opened: 2, openedAt: [70, 90] }],
      well: 0,
      calls: 20,
      failures: 19,
      failedAt: 95,
      heardAt: 200,
    };
    expect(sumStatistics([entry], query, 0)).not.toHaveProperty('local');
    const later = {
      ...local,
      keys: [{ keyId: 'k1', reporting: 3, opened: 1, openedAt: [80] }],
      failedAt: 99,
      heardAt: 190,
    };
    expect(
      sumStatistics([{ ...entry, local }, { ...entry, local: later }, entry], query, 0).local,
    ).toEqual({
      keys: [
        { keyId: 'k1', reporting: 5, opened: 3, openedAt: [70, 80, 90] },
        { keyId: '', reporting: 2, opened: 0, openedAt: [] },
      ],
      well: 1,
      calls: 40,
      failures: 38,
      failedAt: 99,
      heardAt: 190,
    });
  });

  it('takes entries of the version and the window asked for alone', () => {
    const others = [
      { ...entry, version: 2 },
      { ...entry, windowMs: 30_000 },
    ];
    expect(sumStatistics([entry, ...others, entry], query, 0)).toMatchObject({
      reporting: 4,
      failing: 2,
    });
    expect(sumStatistics(others, query, 0)).toEqual({ reporting: 0, failing: 0, heaviest: [] });
  });

  it('knows of slow instances only when every hub tells', () => {
    const telling = { ...entry, slow: 1 };
    expect(sumStatistics([telling, telling], query, 0).slowInstances).toBe(2);
    expect(sumStatistics([telling, entry], query, 0)).not.toHaveProperty('slowInstances');
  });

  it('takes a hub without lag as it is, and says nothing where there was none', () => {
    const lagging = { ...entry, lag: { instances: 2, reporting: 3, failing: 3 } };
    expect(sumStatistics([lagging, entry], query, 5).lag).toEqual({
      instances: 2,
      reporting: 5,
      failing: 4,
      failingBuckets: 5,
    });
    expect(sumStatistics([entry], query, 5)).not.toHaveProperty('lag');
  });
});

describe('sumAcks', () => {
  it('counts who has applied at least the seq asked for', () => {
    const rows = [
      {
        acked: [
          [5, 2],
          [6, 3],
        ] as const,
        behind: [{ instanceId: 'x', seq: 5 }],
      },
      { acked: [[9, 1]] as const, behind: [] },
    ];
    expect(sumAcks(rows, 6)).toEqual({ connected: 6, applied: 4, behind: ['x'] });
    expect(sumAcks([], 6)).toEqual({ connected: 0, applied: 0, behind: [] });
  });
});

describe('permit ids', () => {
  const claim = { environmentId: 'e', breaker: 'b', version: 3, round: 2 };

  it('lead back to their place, in their own round alone', () => {
    const ids = permitIds(claim, 8, 12);
    expect(ids).toEqual(['3.2.8', '3.2.9', '3.2.10', '3.2.11']);
    expect(ids.map((id) => permitIndex(claim, id))).toEqual([8, 9, 10, 11]);
    expect(ids.map((id) => permitIndex({ ...claim, round: 1 }, id))).toEqual(ids.map(() => null));
    expect(permitIds(claim, 3, 3)).toEqual([]);
  });
});
