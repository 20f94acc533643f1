import { describe, expect, it } from 'vitest';
import type {
  BreakerRecord,
  Evidence,
  DecisionResult,
  ProbeEvidence,
  PartitionState,
  Transition,
  WindowEvidence,
} from '../model/model.js';
import { commandBreaker } from './command-breaker.js';
import { decideBreaker, NO_EVIDENCE, nextDue } from './decide-breaker.js';
import { livePartitions } from './partition.js';
import { evidenceOfFleet, failing, fleet, type Node, recordOf } from './partitions.fake.js';

const T = 1_000_000;
const well = fleet();
const BAD = 'search-eu-1a-3';
const bad = failing(well, ({ id }) => id === BAD);
const zoneDown = failing(well, ({ zone }) => zone === 'us-1a');

function transitionOf({ transition }: DecisionResult): Transition {
  if (transition === null) throw new Error('no transition');
  return transition;
}
/** What the database makes of it. */
function applied(record: BreakerRecord, transition: Transition): BreakerRecord {
  const { state, control, versionChanged, scopes = record.scopes ?? [] } = transition;
  const newest = Math.max(
    record.version,
    record.lastVersion ?? 0,
    ...(record.scopes ?? []).map(({ version }) => version),
    ...scopes.map(({ version }) => version),
  );
  const version = versionChanged ? newest + 1 : record.version;
  return { ...record, state, control, scopes, version, lastVersion: Math.max(newest, version) };
}
function decided(
  record: BreakerRecord,
  evidence: Evidence,
  now = T,
): { record: BreakerRecord; transition: Transition } {
  const transition = transitionOf(decideBreaker(record, evidence, now, 0));
  return { record: applied(record, transition), transition };
}
const benched = () => decided(recordOf(), evidenceOfFleet(bad)).record;
const only = (record: BreakerRecord): PartitionState => {
  const [partition, ...others] = livePartitions(record);
  if (partition === undefined || others.length > 0) throw new Error('not exactly one scope');
  return partition;
};
const probed = (probe: Partial<ProbeEvidence>): Evidence => ({
  ...NO_EVIDENCE,
  probe: { round: 1, claimed: 0, succeeded: 0, failed: 0, ...probe },
});
const ofScope = (record: BreakerRecord, evidence: Evidence): Evidence => ({
  ...NO_EVIDENCE,
  scopes: new Map([[only(record).version, evidence]]),
});

describe('a bad node', () => {
  it('is benched alone, under the next version of the one counter, and says so', () => {
    const { record, transition } = decided(recordOf(), evidenceOfFleet(bad));
    expect(transition).toMatchObject({
      state: { kind: 'closed' },
      versionChanged: false,
      evidence: { cause: 'excess_failures', scope: { kind: 'instance', value: BAD } },
    });
    expect(transition.evidence.summary).toMatch(
      /^Bad node search-eu-1a-3: 1\.3 s worth of calls failed .*40 of 40 calls failed .*All others are well: 0 of 1,160 calls failed \(0\.0%, at most 0\.3%\)\. Cool-down 1 s\.$/,
    );
    expect(only(record)).toMatchObject({
      version: 6,
      state: { kind: 'open', coolDownEndsAt: T + 1_000 },
      within: { service: 'search', zone: 'eu-1a', region: 'eu' },
    });
    expect(record.version).toBe(5);
    expect(decideBreaker(record, evidenceOfFleet(bad), T, 0).transition).toBeNull();
  });

  it('goes through probe and ramp by its own evidence, and is over', () => {
    const open = benched();
    const { record: probing, transition: probes } = decided(open, NO_EVIDENCE, T + 3_000);
    expect(only(probing)).toMatchObject({ version: 7, state: { kind: 'probing' } });
    expect(probes.evidence.summary).toBe(
      'Instance search-eu-1a-3: Open for 3 s; the cool-down has ended. 1 probe call by this instance may pass.',
    );
    const good = probed({ claimed: 3, succeeded: 3 });
    const ramping = decided(probing, ofScope(probing, good), T + 3_100);
    expect(ramping.transition.evidence.summary).toMatch(/^Instance search-eu-1a-3: All 3 probe/);
    const finished = commandBreaker(
      ramping.record,
      { type: 'ramp.finish' },
      T + 9_000,
      0,
      only(ramping.record).scope,
    );
    expect(finished.ok && livePartitions(applied(ramping.record, finished.transition))).toEqual([]);
  });

  it('relapses with a longer cool-down as long as it is remembered', () => {
    const finished = commandBreaker(
      benched(),
      { type: 'ramp.finish' },
      T + 9_000,
      0,
      only(benched()).scope,
    );
    if (!finished.ok) throw new Error(finished.message);
    const healed = applied(benched(), finished.transition);
    const again = decided(healed, evidenceOfFleet(bad), T + 10_000).record;
    expect(only(again).state).toMatchObject({ relapses: 1, coolDownEndsAt: T + 12_000 });
    const later = decided(healed, evidenceOfFleet(bad), T + 400_000).record;
    expect(only(later).state).toMatchObject({ relapses: 0 });
  });

  it('is given up when its instances have gone', () => {
    const probing = decided(benched(), NO_EVIDENCE, T + 3_000).record;
    const silent = ofScope(probing, probed({}));
    expect(decideBreaker(probing, silent, T + 600_000, 0).transition).toBeNull();
    const { record, transition } = decided(probing, silent, T + 603_000);
    expect(transition.evidence).toMatchObject({ cause: 'scope_gone', scope: { value: BAD } });
    expect(record.scopes).toEqual([]);
    // Its version is not given a second time.
    expect(decided(record, evidenceOfFleet(bad), T + 603_001).record.scopes?.[0]?.version).toBe(8);
  });

  it('does not count for the fleet any more, nor does what it counted before', () => {
    const open = benched();
    const half = failing(bad, ({ zone, id }) => zone === 'us-1a' && id !== BAD, 1);
    const next = decided(open, evidenceOfFleet(half)).transition;
    expect(next.evidence).toMatchObject({ scope: { kind: 'zone', value: 'us-1a' } });
  });

  it('is only told in observe, once for each episode', () => {
    const watching = recordOf({ control: { mode: 'observe' } });
    const { record, transition } = decided(watching, evidenceOfFleet(bad));
    expect(transition.evidence).toMatchObject({
      cause: 'would_have_tripped',
      scope: { kind: 'instance', value: BAD },
    });
    expect(record.scopes ?? []).toEqual([]);
    expect(decideBreaker(record, evidenceOfFleet(bad), T + 1_000, 0).transition).toBeNull();
  });
});

describe('the fleet', () => {
  it('opens as before when all of it fails, and takes the parts with it', () => {
    const everything = failing(well, () => true);
    const { record, transition } = decided(benched(), evidenceOfFleet(everything));
    expect(transition).toMatchObject({ state: { kind: 'open' }, versionChanged: true });
    expect(transition.evidence.leftOut).toEqual([{ kind: 'instance', value: BAD }]);
    expect(transition.evidence.summary).toContain('Not counted, as decided on apart: instance');
    expect(record).toMatchObject({ version: 7, scopes: [] });
  });

  it('is not opened by what a zone had counted before it was left out', () => {
    // Two of three zones down for the whole slow window: the fleet as a whole is above the threshold.
    const twoDown = failing(well, ({ region }) => region === 'eu');
    let record = recordOf();
    const scopes: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const { transition } = decideBreaker(record, evidenceOfFleet(twoDown), T, 0);
      if (transition === null) break;
      scopes.push(transition.evidence.scope?.value ?? 'fleet');
      record = applied(record, transition);
    }
    // What the region had counted stays in the fleet's window, and opens nothing more.
    expect(scopes).toEqual(['eu']);
    expect(record.state.kind).toBe('closed');
    expect(livePartitions(record).map(({ scope }) => scope)).toEqual([
      { kind: 'region', value: 'eu' },
    ]);
  });

  it('a held one needs no parts', () => {
    const held = commandBreaker(benched(), { type: 'trip', until: null }, T, 0);
    expect(held.ok && held.transition.scopes).toEqual([]);
  });

  it('looks again when the first of its states is due', () => {
    const open = benched();
    expect(nextDue(open, T)).toBe(T + 1_000);
    expect(decideBreaker(open, NO_EVIDENCE, T, 0).dueAt).toBe(T + 1_000);
  });
});

describe('widening', () => {
  const tripAll = (nodes: Node[], record = recordOf()): BreakerRecord => {
    let current = record;
    for (let i = 0; i < 40; i += 1) {
      const { transition } = decideBreaker(current, evidenceOfFleet(nodes), T, 0);
      if (transition === null) return current;
      current = applied(current, transition);
    }
    throw new Error('never rests');
  };

  it('benches a minority of a zone one by one', () => {
    const few = failing(well, ({ id }) => /us-1a-[01]$/.test(id));
    const record = tripAll(few);
    expect(livePartitions(record).map(({ scope }) => scope.kind)).toEqual([
      'instance',
      'instance',
      'instance',
      'instance',
    ]);
  });

  it('takes the zone once most of it is benched', () => {
    const some = tripAll(
      failing(well, ({ id }) => /us-1a-[012]$/.test(id) && id !== 'search-us-1a-2'),
    );
    expect(livePartitions(some)).toHaveLength(5);
    const next = failing(well, ({ id }) => id === 'search-us-1a-2');
    const remaining = next.filter(
      ({ id }) => !livePartitions(some).some(({ scope }) => scope.value === id),
    );
    const { transition, record } = decided(some, evidenceOfFleet(remaining));
    expect(transition.evidence).toMatchObject({
      cause: 'scope_widened',
      scope: { kind: 'zone', value: 'us-1a' },
    });
    expect(transition.evidence.summary).toContain('6 of 10 instances');
    expect(only(record).scope).toEqual({ kind: 'zone', value: 'us-1a' });
  });

  it('counts as healthy who reports where nothing fails, and is in no group', () => {
    const benched = tripAll(failing(well, ({ id }) => id === 'search-eu-1b-0'));
    const left = zoneDown.filter(({ id }) => id !== 'search-eu-1b-0');
    const all = evidenceOfFleet(left);
    // All that fail are on one hub, with one more instance. The other one has nothing to tell.
    const withExclusions = (window: WindowEvidence): WindowEvidence => ({
      ...window,
      groups: window.groups!.filter(({ zone }) => zone === 'us-1a'),
    });
    const { record } = decided(benched, { ...all, windows: all.windows.map(withExclusions) });
    expect(record.state.kind).toBe('closed');
    expect(livePartitions(record).map(({ scope }) => scope.kind)).toEqual(['instance', 'zone']);
  });

  it('opens a zone as a whole when it fails as a whole', () => {
    expect(only(tripAll(zoneDown)).scope).toEqual({ kind: 'zone', value: 'us-1a' });
  });

  it('stops at 32', () => {
    const large = fleet(50);
    const record = tripAll(failing(large, ({ id }) => /-(?:[0-7])$/.test(id)));
    expect(livePartitions(record)).toHaveLength(32);
  });
});
