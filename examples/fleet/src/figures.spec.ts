import { DEFAULT_POLICY } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { figuresOf } from './figures.js';
import { Ledger } from './ledger.js';
import { policySatisfiedAt } from './replay.js';

const ALL = 2 ** 32;
const applied = (at: number, seq: number, admission: number) =>
  ({ type: 'applied', at, seq, state: 'any', admission }) as const;
const facts = (
  decisions: [number, number, boolean][],
  calls: [number, number, 'ok' | 'failed' | 'hang', null][] = [],
) => ({ type: 'facts', calls, decisions, rejections: [], probes: 1 }) as const;

function story(): Ledger {
  const ledger = new Ledger(['a', 'b']);
  ledger.diedAt = 1_000;
  ledger.revivedAt = 9_000;
  for (const [instance, delay] of [
    ['a', 0],
    ['b', 30],
  ] as const) {
    ledger.record(instance, applied(2_000 + delay, 1, 0));
    ledger.record(instance, applied(10_000 + delay, 2, 2 ** 28));
    ledger.record(instance, applied(11_000 + delay, 3, ALL));
  }
  return ledger;
}

describe('figuresOf', () => {
  it('measures from the death to the last instance, and from the return to the last instance', () => {
    expect(figuresOf(story(), DEFAULT_POLICY, 4)).toMatchObject({
      instances: 2,
      detectMs: 1_030,
      recoveredMs: 2_030,
      steps: [6.25, 100],
      relapses: 0,
      sameCohort: true,
      auditEvents: 4,
    });
  });

  it('knows no time while one instance has not got there', () => {
    const ledger = new Ledger(['a', 'b']);
    ledger.diedAt = 1_000;
    ledger.record('a', applied(2_000, 1, 0));
    expect(figuresOf(ledger, DEFAULT_POLICY, 0)).toMatchObject({
      detectMs: null,
      recoveredMs: null,
    });
  });

  it('counts a way back as a relapse', () => {
    const ledger = story();
    ledger.record('a', applied(12_000, 4, 2 ** 29));
    expect(figuresOf(ledger, DEFAULT_POLICY, 0)).toMatchObject({
      relapses: 1,
      steps: [6.25, 100, 12.5],
    });
  });

  it('sees when two instances disagree on an account under one seq', () => {
    const ledger = story();
    ledger.record('a', facts([[2, 17, true]]));
    ledger.record('b', facts([[3, 17, false]]));
    expect(figuresOf(ledger, DEFAULT_POLICY, 0).sameCohort).toBe(true);
    ledger.record('b', facts([[2, 17, false]]));
    expect(figuresOf(ledger, DEFAULT_POLICY, 0).sameCohort).toBe(false);
  });
});

describe('policySatisfiedAt', () => {
  const call = (
    instance: string,
    start: number,
    took: number,
    result: 'ok' | 'failed' | 'hang',
  ) => ({
    instance,
    start,
    end: start + took,
    result,
    account: null,
  });
  /** 200 calls a second over four instances; from `death` on they fail. */
  const load = (death: number, took: number, result: 'failed' | 'hang') =>
    Array.from({ length: 1_600 }, (_, index) => {
      const start = index * 5;
      return call(`i${index % 4}`, start, start < death ? 5 : took, start < death ? 'ok' : result);
    });

  it('is reached between 1.3 and 1.8 s after a clean death under the default policy', () => {
    const at = policySatisfiedAt(load(4_000, 5, 'failed'), DEFAULT_POLICY, 4_000) ?? 0;
    expect(at - 4_000).toBeGreaterThan(1_300);
    expect(at - 4_000).toBeLessThan(1_800);
  });

  it('sees a hanging call as failed from the stall on', () => {
    const at = policySatisfiedAt(load(4_000, 1_500, 'hang'), DEFAULT_POLICY, 4_000) ?? 0;
    // No outcome in the first second; then failures fill four buckets and outweigh what is left of the good calls.
    expect(at - 4_000).toBeGreaterThan(1_700);
    expect(at - 4_000).toBeLessThan(3_000);
  });

  it('is never reached by a healthy fleet', () => {
    expect(policySatisfiedAt(load(Infinity, 5, 'failed'), DEFAULT_POLICY, 0)).toBeNull();
  });
});
