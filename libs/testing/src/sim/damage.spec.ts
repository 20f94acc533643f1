import { describe, expect, it } from 'vitest';
import type { Invariant } from './invariants.js';
import { simulate, type SimulationResult } from './simulation.js';
import type { Tamper, World } from './world.js';

const PATIENCE_MS = 900_000;

describe('damage to', () => {
  const outage =
    (kind: 'errors' | 'hang') =>
    ({ scheduler, dependency }: World): void => {
      scheduler.after(8_000, () => {
        dependency.health = { kind };
      });
      scheduler.after(13_000, () => {
        dependency.health = { kind: 'healthy' };
      });
    };
  const damaged = (tamper: Tamper, kind: 'errors' | 'hang' = 'errors'): Promise<SimulationResult> =>
    simulate({
      seed: 5,
      instances: 6,
      troubleMs: 30_000,
      recoveryMs: 60_000,
      plan: outage(kind),
      tamper,
    });

  it('nothing is not found', async () => {
    const result = await damaged({});
    expect(result.trips).toBe(1);
    expect(found(result)).toEqual([]);
  });
  const found = ({ violations }: SimulationResult): Invariant[] => [
    ...new Set(violations.map(({ invariant }) => invariant)),
  ];

  it(
    'what callers get is found',
    async () => {
      const result = await damaged({ ended: (error) => error && new TypeError('ours') });
      expect(found(result)).toContain('never in the way');
    },
    PATIENCE_MS,
  );

  it(
    'an admission on its way to one instance is found, both ways',
    async () => {
      const wider = (text: string, id: string): string =>
        id === 'instance-1'
          ? text.replace('"admission":2147483648', '"admission":4000000000')
          : text;
      expect(found(await damaged({ frame: wider }))).toContain('no more than commanded');
      const narrower = (text: string, id: string): string =>
        id === 'instance-1' ? text.replace('"admission":2147483648', '"admission":1') : text;
      expect(found(await damaged({ frame: narrower }))).toContain('same accounts');
    },
    PATIENCE_MS,
  );

  it(
    'the store that counts permits is found',
    async () => {
      const signals: Tamper['signals'] = (store) => {
        const claim = store.claimPermits.bind(store);
        store.claimPermits = (round, total, want) => claim(round, 3 * total, want + total);
      };
      const result = await damaged({ signals }, 'hang');
      expect(found(result)).toContain('one probe per fleet');
    },
    PATIENCE_MS,
  );

  it(
    'leases is found',
    async () => {
      const longer = (text: string): string => text.replace('"leaseMs":10000', '"leaseMs":600000');
      const killed: Tamper = {
        frame: longer,
        atHealing: ({ apis }) => {
          for (const api of apis) api.kill();
        },
      };
      expect(found(await damaged(killed))).toContain('lease');
    },
    PATIENCE_MS,
  );

  it(
    'the ladder, the cool-down, the policy’s edits and the audit log is found',
    async () => {
      const skipped = await damaged({
        commit: (change) => {
          const { state } = change.transition;
          if (state.kind !== 'ramping') return change;
          const { since } = state;
          const closed = { kind: 'closed', since, relapses: 0, stableAt: since } as const;
          return { ...change, transition: { ...change.transition, state: closed } };
        },
      });
      expect(found(skipped)).toContain('no step skipped');
      const hasty = await damaged({
        commit: (change) => {
          const { state } = change.transition;
          if (state.kind !== 'open') return change;
          const early = { ...state, coolDownEndsAt: state.since + 100 };
          return { ...change, transition: { ...change.transition, state: early } };
        },
      });
      expect(found(hasty)).toContain('cool-down is kept');
      expect(found(await damaged({ isAudited: (seq) => seq !== 2 }))).toContain(
        'one audit row per change',
      );
    },
    PATIENCE_MS,
  );

  /** Two seconds in which every call failed. */
  const seriesBefore = (now: number) =>
    Array.from({ length: 8 }, (_, index) => ({
      at: now - 2_000 + index * 250,
      calls: 50,
      failures: 50,
      slow: 0,
      localLag: 0,
    }));

  it(
    'what is counted is found',
    async () => {
      const result = await damaged({
        signals: (store) => {
          const windows = store.windowTotals.bind(store);
          store.windowTotals = async (id, queries, now) =>
            (await windows(id, queries, now)).map((sum) => ({
              ...sum,
              counts: { ...sum.counts, failures: sum.counts.failures + 500 },
              failingBuckets: 8,
              failing: sum.reporting,
              series: seriesBefore(now),
            }));
        },
      });
      expect(found(result)).toEqual(
        expect.arrayContaining(['trips have a cause', 'everything closes']),
      );
    },
    PATIENCE_MS,
  );

  it(
    'what a step is judged on is found',
    async () => {
      const result = await damaged({
        signals: (store) => {
          const windows = store.windowTotals.bind(store);
          store.windowTotals = async (id, queries, now) =>
            (await windows(id, queries, now)).map((sum, index) =>
              queries[index]?.notBefore === undefined
                ? sum
                : { ...sum, counts: { ...sum.counts, failures: sum.counts.failures + 500 } },
            );
        },
      });
      expect(found(result)).toContain('outcomes belong to a version');
    },
    PATIENCE_MS,
  );

  it(
    'an edit is found',
    async () => {
      const result = await simulate({
        seed: 5,
        instances: 2,
        troubleMs: 10_000,
        recoveryMs: 5_000,
        plan: ({ scheduler, database }) => {
          scheduler.after(5_000, () => {
            database.edit('stripe', (policy) => ({ ...policy, minCalls: 30 }));
            const edited = database.log.at(-1);
            if (edited) Object.assign(edited.after, { version: edited.after.version + 1 });
          });
        },
      });
      expect(found(result)).toContain('an edit keeps the state');
    },
    PATIENCE_MS,
  );

  it(
    'what an instance is told is found',
    async () => {
      const deaf = (text: string, id: string): string =>
        id === 'instance-3' && text.startsWith('{"t":"delta"')
          ? '{"t":"ping","id":1,"lease":true}'
          : text;
      expect(found(await damaged({ frame: deaf }))).toContain('never stale in silence');
    },
    PATIENCE_MS,
  );

  it(
    'the order of changes is found',
    async () => {
      const older = (text: string, id: string): string =>
        id === 'instance-2' ? text.replace('"version":2', '"version":1') : text;
      expect(found(await damaged({ frame: older }))).toContain('changes in order');
    },
    PATIENCE_MS,
  );

  it(
    'whoever decides, after everything was healed, is found',
    async () => {
      const result = await damaged({
        atHealing: ({ workers, dependency }) => {
          for (const worker of workers) worker.kill();
          dependency.health = { kind: 'errors' };
        },
      });
      expect(found(result)).toContain('everything closes');
    },
    PATIENCE_MS,
  );

  const badNode = (tamper: Tamper): Promise<SimulationResult> =>
    simulate({
      seed: 5,
      instances: 6,
      troubleMs: 20_000,
      recoveryMs: 30_000,
      plan: ({ scheduler, dependency, instances }) => {
        scheduler.after(8_000, () => {
          const end = dependency.spoil(['instance-2'], instances.length);
          scheduler.after(6_000, end);
        });
      },
      tamper,
    });

  it(
    'the blast radius is found',
    async () => {
      expect(found(await badNode({}))).toEqual([]);
      const wide = await badNode({
        commit: (change) => {
          const { scopes = [], ...transition } = change.transition;
          const [part] = scopes;
          if (part?.state.kind !== 'open') return change;
          const fleet = { state: part.state, scopes: [], versionChanged: true };
          return { ...change, transition: { ...transition, ...fleet } };
        },
      });
      expect(found(wide)).toContain('a part opens only itself');
    },
    PATIENCE_MS,
  );

  it(
    'what a part is told is found, both ways',
    async () => {
      const deaf = (text: string, id: string): string =>
        id === 'instance-2' ? text.replace(/"scopes":\[[^\]]*\]/, '"scopes":[]') : text;
      expect(found(await badNode({ frame: deaf }))).toContain('no more than commanded');
      const part = '"kind":"instance","value":"instance-2"';
      const all = (text: string): string =>
        text.replace(part, '"kind":"service","value":"checkout"');
      expect(found(await badNode({ frame: all }))).toContain('same accounts');
    },
    PATIENCE_MS,
  );
});
