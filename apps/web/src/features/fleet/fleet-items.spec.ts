import type { BreakerSummary } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { breakerIn, CLOSED, OPEN, partIn } from '@/features/breaker/breaker.fixture';
import { fleetItems } from './fleet-items';
import { servicesInUse } from './services-in-use';

const one = (key: string, owner: string, tags: string[] = [], open = false): BreakerSummary =>
  breakerIn(open ? OPEN : CLOSED, { mode: 'auto' }, { key, owner, tags });

const fleet = [
  one('down', 'search', ['eu'], true),
  one('a', 'payments', ['eu', 'tier-1']),
  one('b', ''),
  one('c', 'billing'),
];
const lines = (...args: Parameters<typeof fleetItems>): string[] =>
  fleetItems(...args).map((item) =>
    item.kind === 'group' ? `${item.name} ${item.count}/${item.trouble}` : item.breaker.key,
  );

describe('fleetItems', () => {
  it('keeps the order without groups', () => {
    expect(lines(fleet, 'none', new Set())).toEqual(['down', 'a', 'b', 'c']);
  });

  it('puts groups with trouble first, and the nameless last', () => {
    expect(lines(fleet, 'owner', new Set())).toEqual([
      'search 1/1',
      'down',
      'billing 1/0',
      'c',
      'payments 1/0',
      'a',
      ' 1/0',
      'b',
    ]);
  });

  it('counts a breaker of which a part is open as trouble', () => {
    const partly = { ...one('c', 'billing'), scopes: [partIn(OPEN)] };
    expect(lines([partly], 'owner', new Set())).toEqual(['billing 1/1', 'c']);
  });

  it('shows a breaker under each of its tags, as a line of its own', () => {
    const items = fleetItems(fleet, 'tag', new Set());
    expect(lines(fleet, 'tag', new Set()).filter((line) => line === 'a')).toHaveLength(2);
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    const rows = items.filter((item) => item.kind === 'breaker');
    expect(rows.map(({ position }) => position)).toEqual(rows.map((_, index) => index + 1));
  });

  it('shows a breaker under each service that calls it, with the instances of each', () => {
    const services = servicesInUse({
      complete: true,
      items: [
        { service: 'web', instances: 3, breakers: ['a', 'down'], lastUsedAt: 1 },
        { service: 'mail', instances: 0, breakers: ['a'], lastUsedAt: 1 },
      ],
    });
    expect(lines(fleet, 'service', new Set(), services)).toEqual([
      'web 2/1',
      'down',
      'a',
      'mail 1/0',
      'a',
      ' 2/0',
      'b',
      'c',
    ]);
    const heads = fleetItems(fleet, 'service', new Set(), services).filter(
      (item) => item.kind === 'group',
    );
    expect(heads.map(({ instances }) => instances)).toEqual([3, 0, null]);
  });

  it('groups nothing while the services are not known', () => {
    expect(lines(fleet, 'service', new Set(), null)).toEqual(lines(fleet, 'none', new Set()));
  });

  it('folds a group to its head', () => {
    expect(lines(fleet, 'owner', new Set(['owner:search']))).not.toContain('down');
  });
});
