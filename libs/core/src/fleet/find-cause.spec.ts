import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { findCause } from './find-cause.js';
import { evidenceOfFleet, failing, fleet, type Node, windowOf } from './partitions.fake.js';
import { NO_EVIDENCE } from './decide-breaker.js';

const causeOf = (nodes: readonly Node[]) =>
  findCause(DEFAULT_POLICY, evidenceOfFleet(nodes))?.part.scope ?? null;
const well = fleet();
const all = () => true;
const nodes = (...ids: string[]) => failing(well, ({ id }) => ids.includes(id));

describe('findCause', () => {
  it.each<[string, Node[], ReturnType<typeof causeOf>]>([
    ['nothing fails', well, null],
    ['everything fails', failing(well, all), null],
    ['one node', nodes('search-eu-1a-3'), { kind: 'instance', value: 'search-eu-1a-3' }],
    [
      'a zone: none of its instances is benched alone',
      failing(well, ({ zone }) => zone === 'us-1a'),
      { kind: 'zone', value: 'us-1a' },
    ],
    [
      'a service in all zones',
      failing(well, ({ service }) => service === 'search'),
      { kind: 'service', value: 'search' },
    ],
    [
      'a region: none of its zones alone',
      failing(well, ({ region }) => region === 'eu'),
      { kind: 'region', value: 'eu' },
    ],
    ['20% of all calls, at random', failing(well, all, 0.2), null],
    ['half of all calls', failing(well, all, 0.5), null],
  ])('%s', (_name, fleetNodes, expected) => {
    expect(causeOf(fleetNodes)).toEqual(expected);
  });

  it('waits for a zone whose first instances are ahead of the others', () => {
    // As a zone dies, one instance has reached the threshold by chance while the zone has not.
    const dying = failing(well, ({ zone }) => zone === 'us-1a', 0.68);
    const ahead = failing(dying, ({ id }) => id === 'search-us-1a-0', 0.95).map((node) =>
      node.zone === 'us-1a' && node.id !== 'search-us-1a-0' ? { ...node, failures: 27 } : node,
    );
    expect(findCause(DEFAULT_POLICY, { ...NO_EVIDENCE, windows: [windowOf(ahead)] })).toBeNull();
  });

  it('does not bench who is ahead while the whole fleet is dying', () => {
    const dying = well.map((node) => ({
      ...node,
      failures: node.id === 'search-us-1a-0' ? 40 : 26,
    }));
    expect(causeOf(dying)).toBeNull();
  });

  it('blames one of a zone and a service that fail crosswise', () => {
    const cross = failing(
      fleet(5),
      ({ zone, service }) => zone === 'us-1a' || service === 'search',
    );
    expect(causeOf(cross)).toEqual({ kind: 'service', value: 'search' });
  });

  it('takes too few calls of the others for unknown, not for healthy', () => {
    const alone = failing(well, ({ id }) => id === 'search-eu-1a-3').map((node) =>
      node.id === 'search-eu-1a-3' ? node : { ...node, calls: node.id.endsWith('0') ? 3 : 0 },
    );
    expect(causeOf(alone)).toBeNull();
  });

  it('needs of a part what the policy needs of the fleet', () => {
    const weak = well.map((node) => ({ ...node, calls: 11 }));
    expect(causeOf(failing(weak, ({ id }) => id === 'search-eu-1a-3'))).toBeNull();
    const burst = windowOf(nodes('search-eu-1a-3'));
    const heaviest = burst.heaviest.map((instance) => ({ ...instance, observedBuckets: 2 }));
    const windows = [{ ...burst, heaviest }];
    expect(findCause(DEFAULT_POLICY, { ...NO_EVIDENCE, windows })).toBeNull();
  });

  it('knows a slow part where slow calls trip', () => {
    const policy = mergePolicy(DEFAULT_POLICY, { trip: { toleratedSlowRate: 0.5 } });
    const window = windowOf(well, 30_000);
    const slow = {
      ...window,
      counts: { ...window.counts, slow: 40 },
      heaviest: window.heaviest.map((instance, i) =>
        i === 0 ? { ...instance, slow: 40, observedBuckets: 20 } : instance,
      ),
    };
    const found = findCause(policy, { ...NO_EVIDENCE, windows: [slow] });
    expect(found).toMatchObject({
      part: { scope: { kind: 'instance', value: window.heaviest[0]?.instanceId } },
      trip: { cause: 'excess_slow', verdict: { by: 'slow' } },
    });
  });

  it('never blames a part when all fail alike, whatever the rate', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.36, max: 1, noNaN: true }), fc.nat(29), (rate, luckless) => {
        const dying = failing(well, all, rate).map((node, i) =>
          i === luckless ? { ...node, failures: node.calls } : node,
        );
        expect(causeOf(dying)).toBeNull();
      }),
    );
  });
});
