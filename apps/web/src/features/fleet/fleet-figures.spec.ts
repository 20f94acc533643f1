import type { AuditEntry } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { fleetLoad } from './fleet-load';
import { HOUR_MS, lastHour } from './last-hour';

const second = (at: number, ...items: (readonly [string, number, number, number, number])[]) => ({
  at,
  items: new Map(
    items.map((item) => [item[0], [...item] as [string, number, number, number, number]]),
  ),
});

describe('fleetLoad', () => {
  it('knows nothing before the feed has told something', () => {
    expect(fleetLoad([])).toBeNull();
  });

  it('is the mean of the last five seconds, over all breakers', () => {
    const seconds = [
      second(0, ['a', 1_000, 0, 0, 0]),
      ...[1, 2, 3, 4, 5].map((at) => second(at, ['a', 6, 2, 0, 0], ['b', 0, 0, 2, 0])),
    ];
    expect(fleetLoad(seconds)).toEqual({
      protectedPerSecond: 10,
      rejectedPerSecond: 2,
      rejectedShare: 0.2,
      failedShare: 0.25,
    });
  });

  it('has no shares without calls', () => {
    expect(fleetLoad([second(0)])).toMatchObject({ rejectedShare: null, failedShare: null });
  });
});

const NOW = 100 * HOUR_MS + 30_000;
const entry = (chainSeq: number, at: number, changes: Partial<AuditEntry> = {}): AuditEntry => ({
  id: `e${chainSeq}`,
  chain: 'env',
  chainSeq,
  environmentId: 'env',
  breaker: 'stripe',
  at,
  actor: { kind: 'system', id: null, name: 'Recloser' },
  action: 'transition.fast_window',
  reason: '',
  seq: chainSeq,
  before: { state: 'closed' },
  after: { state: 'open' },
  evidence: null,
  outageId: null,
  outageStartedAt: null,
  hash: '',
  prevHash: '',
  ...changes,
});

describe('lastHour', () => {
  it('counts outages, closings and what people did, and drops what is older', () => {
    const hour = lastHour(
      [
        entry(1, NOW - 2 * HOUR_MS),
        entry(2, NOW - 600_000, {
          outageId: 'stripe@1',
          foldedRounds: { count: 48, firstAt: NOW - 595_000, lastAt: NOW - 100_000 },
        }),
        entry(3, NOW - 580_000, { before: { state: 'open' }, after: { state: 'probing' } }),
        entry(4, NOW - 90_000, { before: { state: 'ramping' }, after: { state: 'closed' } }),
        entry(5, NOW, {
          actor: { kind: 'user', id: 'u', name: 'Ada' },
          action: 'policy.edit',
          before: null,
          after: null,
        }),
      ],
      NOW,
    );
    expect(hour).toMatchObject({ outages: 1, closings: 1, byHand: 1, newest: { id: 'e5' } });
    expect(hour.minutes).toHaveLength(60);
    expect(hour.minutes.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    expect(hour.minutes.at(-1)).toMatchObject({ count: 1, tone: null });
    expect(hour.minutes.find(({ tone }) => tone === 'open')).toMatchObject({ count: 2 });
  });

  it.each([
    ['user', 1],
    ['token', 1],
    ['trigger', 0],
    ['schedule', 0],
    ['sdk', 0],
    ['system', 0],
  ] as const)('counts what a %s did as by hand: %i', (kind, byHand) => {
    const done = entry(1, NOW, { actor: { kind, id: null, name: 'x' } });
    expect(lastHour([done], NOW)).toMatchObject({ byHand });
  });

  it('marks every minute of an outage, ended or lasting, whether something happens in it or not', () => {
    const closed = entry(1, NOW - 20 * 60_000, {
      before: { state: 'ramping' },
      after: { state: 'closed' },
      outageStartedAt: NOW - 30 * 60_000,
    });
    const red = (hour: ReturnType<typeof lastHour>) =>
      hour.minutes.filter(({ tone }) => tone === 'open').length;
    // Its last minute is told by its close.
    expect(red(lastHour([closed], NOW))).toBe(10);
    expect(red(lastHour([], NOW, [NOW - 5 * 60_000]))).toBe(6);
    expect(red(lastHour([], NOW, [NOW - 9 * HOUR_MS]))).toBe(60);
  });
});
