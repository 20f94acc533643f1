import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_POLICY } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { Checkpoint } from './checkpoint.js';
import { Draws, Failures } from './draws.js';
import { RateFleet } from './rate-fleet.js';
import { rateOrders } from './rate-orders.js';
import { RATE_ROWS, type RateRow, upperBound } from './rate-rows.js';
import { missedBy, type RateOrder, ratesOf, together } from './rates.js';

const HOUR_MS = 3_600_000;
const dying = (share: number): RateRow => ({ kind: 'death', share });
const order = (change: Partial<RateOrder>): RateOrder => ({
  seed: 3,
  instances: 2,
  callsPerSecond: 20,
  row: { kind: 'steady', share: 0.35 },
  amount: 0.2,
  ...change,
});

describe('the rule alone', () => {
  it.each([
    [1, 2],
    [1, 20],
    [5, 2],
    [5, 20],
    [5, 200],
    [20, 200],
    [100, 200],
  ])(
    'opens on nothing that it must not, in a fleet of %i with %i calls/s',
    (instances, calls) => {
      for (const row of RATE_ROWS.filter(({ kind }) => kind !== 'death')) {
        const part = ratesOf(order({ instances, callsPerSecond: calls, row, amount: 0.25 }));
        expect(missedBy(together([part])!)).toBeNull();
      }
    },
    900_000,
  );

  it('does not open on a second of failures in buckets of five calls, where one that fails later seems to prolong it', () => {
    const row: RateRow = { kind: 'blips', lastsMs: 1_000, window: 'just closed' };
    const part = ratesOf(order({ instances: 5, row, amount: 60 }));
    expect(part.openings).toBe(0);
  }, 900_000);

  it('opens within the promised times at 200 calls/s over 20 instances', () => {
    const most = { 0.45: 17, 0.5: 10, 0.6: 6, 0.7: 4.2, 0.75: 3.5, 1: 2 };
    for (const [share, seconds] of Object.entries(most)) {
      const row = dying(Number(share));
      const part = ratesOf(order({ instances: 20, callsPerSecond: 200, row, amount: 40 }));
      expect(together([part])?.p95Ms ?? Infinity, share).toBeLessThan(seconds * 1_000);
    }
  }, 900_000);

  it('gives the same for the same order', () => {
    for (const row of RATE_ROWS) {
      const own = order({ row, amount: row.kind === 'death' ? 2 : 0.1 });
      expect(ratesOf(own)).toEqual(ratesOf(own));
    }
  });

  it('finds a rule that tolerates too little', () => {
    const trip = { ...DEFAULT_POLICY.trip, toleratedRate: 0.15 };
    const policy = { ...DEFAULT_POLICY, trip };
    const random = new Draws(1);
    const fleet = new RateFleet({ instances: 5, callsPerSecond: 20, random, policy });
    expect(fleet.run(HOUR_MS, new Failures(0.3))).not.toBeNull();
  });

  it('lets time without calls pass at once, and opens afterwards as ever', () => {
    const fleet = new RateFleet({ instances: 2, callsPerSecond: 200, random: new Draws(5) });
    fleet.run(5_000, new Failures(0));
    expect(fleet.run(1_000 * HOUR_MS, null)).toBeNull();
    expect(fleet.now).toBe(5_000 + 1_000 * HOUR_MS);
    expect(fleet.run(10_000, new Failures(1))! - fleet.now).toBeLessThan(2_000);
  });
});

describe('the orders of a run', () => {
  it('have seeds of their own, and are the same in a longer run', () => {
    const [short, long] = [rateOrders(1, 100), rateOrders(1, 400)];
    expect(new Set(long.map(({ seed }) => seed)).size).toBe(long.length);
    const known = new Set(long.map((one) => JSON.stringify(one)));
    expect(short.filter((one) => !known.has(JSON.stringify(one)))).toEqual([]);
  });

  it('give each row of each fleet the hours that were asked for', () => {
    const steady = rateOrders(1, 120).filter(
      ({ instances, callsPerSecond, row }) =>
        instances === 5 && callsPerSecond === 2_000 && row.kind === 'steady' && row.share === 0.2,
    );
    expect(steady.map(({ amount }) => amount)).toEqual([50, 50, 20]);
  });

  it('are not run again when a checkpoint has them, and a line that was cut off is', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'rates-')), 'parts.jsonl');
    const [first, second] = [order({ seed: 1 }), order({ seed: 2 })];
    const part = ratesOf(first);
    new Checkpoint(path).add(part);
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"order":{"seed":2,"inst`);
    expect(new Checkpoint(path).find(first)).toEqual(part);
    expect(new Checkpoint(path).find(second)).toBeNull();
  });
});

describe('missedBy', () => {
  const found = (row: RateRow, openings: number) =>
    missedBy(together([{ order: order({ row, amount: 100 }), openings, times: [] }])!);

  it('allows what is chance, and nothing where nothing is allowed', () => {
    expect(found({ kind: 'steady', share: 0.2 }, 1)).toContain('1 openings in 100 h at 20%');
    expect(found({ kind: 'steady', share: 0.35 }, 5)).toBeNull();
    expect(found({ kind: 'steady', share: 0.35 }, 9)).not.toBeNull();
    expect(found({ kind: 'blips', lastsMs: 500, window: 'new' }, 1)).not.toBeNull();
    expect(found(dying(1), 100)).toBeNull();
  });
});

describe('upperBound', () => {
  // Garwood's exact limits of a Poisson mean, one-sided 95%.
  it.each([
    [0, 2.9957],
    [1, 4.7439],
    [2, 6.2958],
    [10, 16.9622],
  ])('of %i openings in an hour is %d', (openings, most) => {
    expect(upperBound(openings, 1)).toBeCloseTo(most, 3);
  });
});
