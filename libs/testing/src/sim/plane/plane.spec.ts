import { describe, expect, it } from 'vitest';
import { planFaults, planParts, planRamps } from '../scenario.js';
import { simulate, type SimulationResult } from '../simulation.js';
import type { Tamper } from '../world.js';
import { simulatePlane } from './simulate-plane.js';
import { situationOf, type Situation } from './situation.js';

const PATIENCE_MS = 900_000;
const SEEDS = 12;

const DEATH: Situation = {
  instances: 4,
  callsPerSecond: 40,
  shape: 'steady',
  severity: 1,
  hangs: false,
  window: 'warm',
  troubleMs: 15_000,
  burstMs: 500,
  calmMs: 10_000,
  answerMs: 20,
  change: 'none',
  background: 0,
  polling: false,
};
const run = (over: Partial<Situation>, tamper: Tamper = {}, seed = 1): Promise<SimulationResult> =>
  simulatePlane({ seed, instances: 20, situation: { ...DEATH, ...over }, tamper });
const found = ({ violations }: SimulationResult) => [
  ...new Set(violations.map(({ invariant }) => invariant)),
];

describe('drawn troubles', () => {
  it(
    'keep every invariant, whatever their severity, shape and traffic',
    async () => {
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const { violations } = await simulatePlane({ seed, instances: 12 });
        expect({ seed, violations }).toEqual({ seed, violations: [] });
      }
    },
    PATIENCE_MS,
  );

  it('are the same for the same seed, and reach over all severities, shapes and fleets', async () => {
    expect(situationOf(7, 100)).toEqual(situationOf(7, 100));
    const [one, two] = [await run({}), await run({})];
    expect(two.digest).toBe(one.digest);
    const all = Array.from({ length: 400 }, (_, seed) => situationOf(seed, 100));
    expect(new Set(all.map(({ shape }) => shape)).size).toBe(5);
    expect(new Set(all.map(({ window }) => window)).size).toBe(4);
    expect(all.map(({ instances }) => instances)).toEqual(expect.arrayContaining([1, 2, 3, 100]));
    const severities = all.map(({ severity }) => severity);
    expect([Math.min(...severities), Math.max(...severities)]).toEqual([0.05, 1]);
    const rates = all.map(({ callsPerSecond }) => callsPerSecond);
    expect(Math.min(...rates)).toBeLessThan(0.2);
    expect(Math.max(...rates)).toBeGreaterThan(1_500);
  });
});

describe('fleets without sockets', () => {
  it.each([1, 2, 3, 20])(
    'of %d instances reach a healthy dependency again within the time that is promised',
    async (instances) => {
      const troubles: Partial<Situation>[] = [
        { callsPerSecond: 10 * instances },
        { callsPerSecond: 2 * instances, answerMs: 450, troubleMs: 8_000 },
        { callsPerSecond: 0.2 * instances, hangs: true, troubleMs: 40_000 },
      ];
      for (const [seed, trouble] of troubles.entries()) {
        const situation = { instances, polling: true, ...trouble };
        const { trips, violations } = await run(situation, {}, seed + 1);
        expect({ trouble, violations }).toEqual({ trouble, violations: [] });
        if (seed === 0) expect(trips).toBe(1);
      }
    },
    PATIENCE_MS,
  );

  it.each([
    ['crashes, partitions and lost stores', planFaults],
    ['ramps under a rate limit', planRamps],
    ['the loss of bad nodes and zones', planParts],
  ])(
    'keep every invariant through %s, behind a load balancer',
    async (_, plan) => {
      for (let seed = 1; seed <= 3; seed += 1) {
        const { violations } = await simulate({ seed, instances: 8, polling: true, plan });
        expect({ seed, violations }).toEqual({ seed, violations: [] });
      }
    },
    PATIENCE_MS,
  );
});

describe('damage to', () => {
  it(
    'the tolerated rate is found',
    async () => {
      // Few of the calls fail, and it is opened as if all did.
      const opened = await run({ severity: 0.2 }, { signals: loud });
      expect(found(opened)).toContain('nothing opens below the tolerated rate');
      const blip = await run({ shape: 'bursts' }, { signals: loud });
      expect(found(blip)).toContain('a blip opens nothing');
    },
    PATIENCE_MS,
  );

  it(
    'the counts is found',
    async () => {
      const deaf: Tamper['signals'] = (store) => {
        store.append = () => Promise.resolve();
      };
      expect(found(await run({}, { signals: deaf }))).toContain('a death opens in time');
    },
    PATIENCE_MS,
  );

  it(
    'the answers of probes is found',
    async () => {
      const failing: Tamper['signals'] = (store) => {
        const record = store.recordProbe.bind(store);
        store.recordProbe = (claim, id) => record(claim, id, { ok: false });
      };
      const result = await run({}, { signals: failing });
      expect(found(result)).toContain('a healthy dependency is reached again');
    },
    PATIENCE_MS,
  );
});

/** Makes a failure of every call once one has failed, for as long as the store lives. */
const loud: NonNullable<Tamper['signals']> = (store) => {
  const append = store.append.bind(store);
  let isLoud = false;
  store.append = (batch) => {
    isLoud ||= batch.aggregates.some(({ counts }) => counts.failures > 0);
    if (!isLoud) return append(batch);
    const aggregates = batch.aggregates.map((row) => ({
      ...row,
      counts: { ...row.counts, ok: 0, failures: row.counts.ok + row.counts.failures },
    }));
    const census = batch.census.map((one) => ({ ...one, failing: one.reporting }));
    return append({ ...batch, aggregates, census });
  };
};
