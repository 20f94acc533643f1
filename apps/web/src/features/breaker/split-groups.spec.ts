import type { InstanceSplit } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { partsOf, splitRows } from './split-groups';

const item = (
  instanceId: string,
  zone: string | null,
  ok: number,
  failures: number,
): InstanceSplit => ({
  instanceId,
  service: 'checkout',
  zone,
  ok,
  failures,
  slow: 0,
  rejected: 1,
  ackedSeq: 4,
});
const items = [
  item('a', 'eu-1', 90, 10),
  item('b', 'eu-2', 1, 9),
  item('c', 'eu-1', 100, 0),
  item('d', null, 5, 0),
];

describe('splitRows', () => {
  it('keeps instances as they came, and says who is behind', () => {
    const rows = splitRows(items, 'instance', 5);
    expect(rows.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(rows[0]?.note).toBe('checkout · eu-1 · behind');
    expect(splitRows(items, 'instance', 4)[0]?.note).toBe('checkout · eu-1');
  });

  it('sums zones, the worst on top', () => {
    expect(splitRows(items, 'zone', 5)).toMatchObject([
      { name: 'eu-2', ok: 1, failures: 9, rejected: 1, note: '1 instance' },
      { name: 'eu-1', ok: 190, failures: 10, rejected: 2, note: '2 instances' },
      { name: 'no zone', ok: 5 },
    ]);
  });

  it('sums services', () => {
    expect(splitRows(items, 'service', 5)).toMatchObject([{ name: 'checkout', failures: 19 }]);
  });
});

describe('partsOf', () => {
  it('counts the instances of each part, as far as they tell', () => {
    expect(partsOf(items, 'zone')).toEqual(
      new Map([
        ['eu-1', 2],
        ['eu-2', 1],
      ]),
    );
    expect(partsOf(items, 'service')).toEqual(new Map([['checkout', 4]]));
    expect(partsOf(items, 'instance')?.get('d')).toBe(1);
    expect(partsOf(items, 'region')).toBeNull();
  });
});
