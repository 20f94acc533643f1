import { describe, expect, it } from 'vitest';
import { ADMISSION_ALL, admissionOf, percentOf } from '../model/admission.js';
import { cohortBucket } from '../admission/cohort.js';
import { detectionMs } from '../trip/detection.js';
import { BUCKET_MS } from '../model/model.js';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { SimulatedFleet } from './fleet.fake.js';

describe('a fleet of 20 whose dependency is dead for four seconds', () => {
  const fleet = new SimulatedFleet({
    instances: 20,
    callsPerSecond: 200,
    diesAtMs: 10_000,
    revivesAtMs: 14_000,
    endsAtMs: 60_000,
    seed: 1,
  }).run();
  const story = fleet.events.map(({ transition }) => transition.evidence.cause);

  it('goes through the whole story, once, and begins high since the dependency is warm', () => {
    const step = ['dwell_started', 'step_passed'];
    const round = ['cool_down_ended', 'probe_failed'];
    const back = ['cool_down_ended', 'probe_passed', ...step];
    expect(story).toEqual(['excess_failures', ...round, ...round, ...back]);
    const steps = fleet.events
      .filter(({ transition }) => transition.versionChanged)
      .map(({ transition }) => percentOf(admissionOf(transition.state, transition.control)));
    expect(steps).toEqual([0, 0, 0, 0, 0, 0, 50, 100]);
  });

  // The example in docs/how-it-decides.md.
  it('takes the time that the documentation says', () => {
    const changes = fleet.events.filter(({ transition }) => transition.versionChanged);
    expect(changes.map(({ atMs }) => atMs - 10_000)).toEqual([
      1_500, 2_500, 2_550, 3_550, 3_600, 4_600, 4_650, 5_200,
    ]);
    expect(changes[0]!.transition.evidence.summary).toContain(
      'worth of calls failed beyond the tolerated 35.0% (950 ms opens it):',
    );
    expect(fleet.wasted).toBe(306);
  });

  it('blocks within two seconds, and is back within three and a half of the revival', () => {
    expect(fleet.at('open')! - 10_000).toBeLessThan(1_700);
    expect(fleet.events.at(-1)!.atMs - 14_000).toBeLessThan(3_500);
    expect(fleet.record.state).toMatchObject({ kind: 'closed', relapses: 0 });
  });

  it('lets the same accounts in at every step, and more at each', () => {
    const policy = mergePolicy(DEFAULT_POLICY, { recovery: { coldSensitive: true } });
    const cold = new SimulatedFleet({ ...fleet.options, policy }).run();
    const sets = [6.25, 12.5, 25, 50].map((percent) => cold.admitted.get(percent)!);
    for (const [i, accounts] of sets.entries()) {
      const admission = [2 ** 28, 2 ** 29, 2 ** 30, 2 ** 31][i]!;
      for (const accountId of accounts)
        expect(cohortBucket('salt', accountId)).toBeLessThan(admission);
    }
    const everyone = Array.from({ length: 400 }, (_, i) => `acct_${i}`);
    const expected = everyone.filter((accountId) => cohortBucket('salt', accountId) < 2 ** 31);
    expect(sets[3]!.size).toBeGreaterThan(expected.length / 4);
    expect(sets[0]!.size).toBeLessThan(sets[3]!.size);
    expect(cold.admitted.get(percentOf(ADMISSION_ALL))!.size).toBe(400);
  });
});

describe('a dependency that stays dead', () => {
  it('is probed about once a second', () => {
    const fleet = new SimulatedFleet({
      instances: 20,
      callsPerSecond: 200,
      diesAtMs: 10_000,
      revivesAtMs: Number.POSITIVE_INFINITY,
      endsAtMs: 150_000,
      seed: 2,
    }).run();
    const opened = fleet.events.filter(({ transition }) => transition.state.kind === 'open');
    const gaps = opened.slice(1).map(({ atMs }, i) => Math.round((atMs - opened[i]!.atMs) / 1_000));
    expect(gaps.slice(0, 12)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(gaps.at(-1)).toBe(1);
    expect(fleet.events.every(({ transition }) => transition.state.kind !== 'ramping')).toBe(true);
  });
});

describe('what a dead dependency costs', () => {
  it.each([
    [5, 200],
    [20, 200],
    [50, 200],
    [20, 100],
  ])(
    'with %i instances at %i calls/s is what the formula says, whatever the number of instances',
    (instances, callsPerSecond) => {
      const predicted = detectionMs(DEFAULT_POLICY, 1, callsPerSecond)!;
      const times = Array.from({ length: 10 }, (_, i) => {
        const diesAtMs = 2_500 + i * 25;
        const fleet = new SimulatedFleet({
          instances,
          callsPerSecond,
          diesAtMs,
          revivesAtMs: 9e9,
          endsAtMs: 6_000,
          seed: i + 10,
        });
        return { ms: fleet.run('open').at('open')! - diesAtMs, wasted: fleet.wasted };
      });
      const mean = times.reduce((sum, { ms }) => sum + ms, 0) / times.length;
      expect(mean).toBeGreaterThan(predicted - BUCKET_MS);
      expect(mean).toBeLessThan(predicted + 120);
      expect(Math.max(...times.map(({ ms }) => ms))).toBeLessThan(1_800);
      const wasted = times.reduce((sum, run) => sum + run.wasted, 0) / times.length;
      expect(wasted).toBeLessThan((callsPerSecond * (predicted + 120)) / 1_000);
    },
  );
});
