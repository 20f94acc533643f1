import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { withKeyNames } from '../trip/key-names.js';
import { decideBreaker } from './decide-breaker.js';
import { excludePartitions } from './exclude-partitions.js';
import {
  evidenceOfFleet,
  failing,
  fleet,
  type Node,
  recordOf,
  windowOf,
} from './partitions.fake.js';

const NOW = 100_000;
const NAMES = new Map([
  ['k-checkout', 'Checkout'],
  ['k-search', 'Search'],
]);
const keyed = fleet().map((node) => ({ ...node, keyId: `k-${node.service}` }));

function opening(nodes: readonly Node[]) {
  const { transition } = decideBreaker(recordOf(), evidenceOfFleet(nodes), NOW, 0);
  if (transition === null) throw new Error('nothing opened');
  return withKeyNames(transition.evidence, NAMES);
}

describe('the SDK keys in the evidence of an opening', () => {
  it.each<[string, (node: Node) => boolean, string]>([
    [
      'an instance',
      ({ id }) => id === 'search-eu-1a-3',
      'Failing by SDK key: Search 1 of 1 instance.',
    ],
    [
      'a service',
      ({ service }) => service === 'search',
      'Failing by SDK key: Search 15 of 15 instances.',
    ],
    [
      'a zone',
      ({ zone }) => zone === 'us-1a',
      'Failing by SDK key: Checkout 5 of 5 instances and Search 5 of 5 instances.',
    ],
    [
      'a region',
      ({ region }) => region === 'eu',
      'Failing by SDK key: Checkout 10 of 10 instances and Search 10 of 10 instances.',
    ],
    [
      'the whole fleet',
      () => true,
      'Failing by SDK key: Checkout 15 of 15 instances and Search 15 of 15 instances.',
    ],
  ])('are named for %s', (_name, isChosen, sentence) => {
    expect(opening(failing(keyed, isChosen)).summary.slice(-sentence.length)).toBe(sentence);
  });

  it('are not named where one key alone reports in the fleet', () => {
    const nodes = keyed.map((node) => ({ ...node, keyId: 'k-search' }));
    const own = evidenceOfFleet(failing(nodes, ({ zone }) => zone === 'us-1a'));
    const windows = own.windows.map(({ keys: _, ...window }) => window);
    const { transition } = decideBreaker(recordOf(), { ...own, windows }, NOW, 0);
    expect(transition?.evidence.scope).toEqual({ kind: 'zone', value: 'us-1a' });
    expect(transition?.evidence.window).not.toHaveProperty('keys');
  });

  it.each([
    ['a zone', { kind: 'zone', value: 'us-1a' }, [10, 10]],
    ['a service', { kind: 'service', value: 'search' }, [15]],
    ['an instance', { kind: 'instance', value: 'checkout-us-1a-0' }, [15, 14]],
  ] as const)('do not count %s that is left out of the window', (_name, scope, left) => {
    const window = windowOf(failing(keyed, ({ id }) => id === 'checkout-us-1a-0'));
    const { keys = [] } = excludePartitions(window, [{ scope }], DEFAULT_POLICY.trip);
    expect(keys.map(({ reporting }) => reporting)).toEqual(left);
    const failingLeft = scope.kind === 'service' ? 1 : 0;
    expect(keys.reduce((sum, key) => sum + key.failing, 0)).toBe(failingLeft);
  });
});
