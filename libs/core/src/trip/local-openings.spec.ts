import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import type { BreakerRecord, Evidence, KeyOpenings, LocalOpenings } from '../model/model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { decide } from '../recovery/decide.js';
import { initialState, rampingState } from '../recovery/state.js';
import { NO_EVIDENCE } from '../fleet/decide-breaker.js';
import { fleetSince, LOCAL_RETURN_MS, LOCAL_SETTLE_MS } from './local-openings.js';

const NOW = 1_760_000_000_000;
const OPENED_AT = NOW - 41_000;
const RECORD: BreakerRecord = {
  key: 'stripe',
  version: 7,
  state: initialState(NOW - 3_600_000),
  control: { mode: 'auto' },
  policy: DEFAULT_POLICY,
};

const key = (opened: number, reporting: number, keyId = 'k', at = OPENED_AT): KeyOpenings => ({
  keyId,
  reporting,
  opened,
  openedAt: Array.from({ length: opened }, () => at),
});

function evidence(keys: readonly KeyOpenings[], other: Partial<LocalOpenings> = {}): Evidence {
  const local = {
    keys,
    well: 0,
    calls: 320,
    failures: 311,
    failedAt: NOW - 1_000,
    heardAt: NOW - LOCAL_SETTLE_MS,
    ...other,
  };
  const window = {
    lengthMs: 2_000,
    counts: { ...EMPTY_COUNTS, rejected: 40 },
    failingBuckets: 0,
    reporting: 0,
    failing: 0,
    heaviest: [],
    local,
  };
  return { ...NO_EVIDENCE, windows: [window], acks: { connected: 8, applied: 8, behind: [] } };
}

describe('what instances decided alone', () => {
  it('opens the breaker for the fleet as of then, with a cool-down that has passed', () => {
    const { transition } = decide(RECORD, evidence([key(8, 8)]), NOW, 0);
    expect(transition).toMatchObject({
      versionChanged: true,
      state: { kind: 'open', outageStartedAt: OPENED_AT, coolDownEndsAt: NOW, relapses: 0 },
      evidence: { cause: 'local_openings' },
    });
    expect(transition?.evidence.summary).toBe(
      '8 of 8 instances had opened alone for 41 s while nothing was decided for the fleet (4 needed), ' +
        'on 311 failed of 320 calls. The cool-down of 1 s since then has ended.',
    );
  });

  it.each<[string, Evidence]>([
    ['one instance of eight says so', evidence([key(1, 8)])],
    ['fewer than the quorum say so', evidence([key(3, 8)])],
    ['more than a quarter answer well', evidence([key(5, 8)], { well: 3 })],
    ['a lone liar says so among two connected', evidence([key(1, 1)])],
    ['a leaked key invents seven of them', evidence([key(7, 7, 'leaked'), key(0, 5, 'honest')])],
    [
      'nothing has failed since the breaker was closed',
      evidence([key(8, 8)], { failedAt: NOW - 3_600_001 }),
    ],
  ])('does not open it where %s', (_, known) => {
    expect(decide(RECORD, known, NOW, 0).transition).toBeNull();
  });

  it('waits two seconds for those who have not returned yet', () => {
    const known = evidence([key(2, 2)], { heardAt: NOW - 500 });
    expect(decide(RECORD, known, NOW, 0)).toEqual({
      transition: null,
      dueAt: NOW - 500 + LOCAL_SETTLE_MS,
    });
  });

  it('waits for half of the fleet, or until all have tried to return', () => {
    const first = { ...evidence([key(1, 1)]), acks: { connected: 1, applied: 1, behind: [] } };
    const at = NOW - LOCAL_SETTLE_MS + LOCAL_RETURN_MS;
    const alone = { ...first, known: 1 };
    expect(decide(RECORD, alone, NOW, 0).transition?.evidence.cause).toBe('local_openings');
    for (const now of [NOW, at]) {
      expect(decide(RECORD, { ...first, known: 8 }, now, 0).transition).toBeNull();
    }
    const two = { ...evidence([key(2, 2)]), known: 8, acks: { ...first.acks, connected: 3 } };
    expect(decide(RECORD, two, at - 1, 0)).toEqual({ transition: null, dueAt: at });
    expect(decide(RECORD, two, at, 0).transition).not.toBeNull();
    const half = { ...two, acks: { ...first.acks, connected: 4 } };
    expect(decide(RECORD, half, NOW, 0).transition).not.toBeNull();
  });

  it('asks for all who were there a minute before the earliest opening, and five minutes at least', () => {
    expect(fleetSince(evidence([key(2, 2)]), NOW)).toBe(NOW - 360_000);
    expect(fleetSince(evidence([key(2, 2, 'k', NOW - 3_600_000)]), NOW)).toBe(NOW - 3_660_000);
    expect(fleetSince(NO_EVIDENCE, NOW)).toBeNull();
  });

  it.each<[string, readonly KeyOpenings[], number]>([
    [
      'two of eight that say an hour',
      [{ ...key(8, 8), openedAt: [0, 0, ...key(6, 6).openedAt] }],
      OPENED_AT,
    ],
    [
      'a leaked key that says an hour',
      [key(5, 5), key(7, 7, 'leaked', NOW - 3_600_000)],
      OPENED_AT,
    ],
    ['a time before the breaker was closed', [key(8, 8, 'k', 0)], NOW - 3_600_000],
    ['a time that is yet to come', [key(8, 8, 'k', NOW + 60_000)], NOW],
  ])('is not dated by %s', (_, keys, startedAt) => {
    const { transition } = decide(RECORD, evidence(keys), NOW, 0);
    expect(transition?.state).toMatchObject({ kind: 'open', outageStartedAt: startedAt });
  });

  it('fails a ramp, which goes on with the same outage', () => {
    const facts = { outageStartedAt: NOW - 90_000, rateBefore: 0, relapses: 1 };
    const state = rampingState(DEFAULT_POLICY, facts, NOW - 60_000);
    const { transition } = decide({ ...RECORD, state }, evidence([key(8, 8)]), NOW, 0);
    expect(transition?.state).toMatchObject({
      kind: 'open',
      outageStartedAt: NOW - 90_000,
      relapses: 2,
    });
  });

  it('changes nothing that a person holds, or that only observes', () => {
    for (const control of [{ mode: 'held', until: null }, { mode: 'observe' }] as const) {
      expect(decide({ ...RECORD, control }, evidence([key(8, 8)]), NOW, 0).transition).toBeNull();
    }
  });
});
