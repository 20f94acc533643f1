import type { BreakerSummary } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { OPEN, partIn } from '@/features/breaker/breaker.fixture';
import {
  ATTENTION_QUERY,
  choicesOf,
  countGroups,
  type FleetFilter,
  filterQuery,
  fleetTitle,
  matches,
  parseFilter,
} from './fleet-view';
import { inSettledOrder, inTroubleOrder } from './trouble-order';

const breaker = (key: string, changes: Partial<BreakerSummary> = {}): BreakerSummary => ({
  key,
  name: key,
  owner: 'payments',
  tags: [],
  discovered: false,
  state: 'closed',
  mode: 'auto',
  heldUntil: null,
  admission: 2 ** 32,
  version: 1,
  revision: 1,
  seq: 1,
  since: 0,
  dueAt: null,
  step: null,
  threshold: 0.4,
  cause: null,
  summary: '',
  outage: null,
  paused: false,
  scopes: [],
  ...changes,
});

const fleet = [
  breaker('b10'),
  breaker('b9'),
  breaker('seen', { state: 'open', mode: 'observe' }),
  breaker('ramp', { state: 'ramping' }),
  breaker('old', { state: 'open', since: 5 }),
  breaker('new', { state: 'open', since: 9, mode: 'held', owner: 'search', tags: ['eu'] }),
];

const partly = breaker('partly', { scopes: [partIn(OPEN)] });

const asMap = (breakers: readonly BreakerSummary[]) =>
  new Map(breakers.map((one) => [one.key, one]));

describe('inTroubleOrder', () => {
  it('sorts trouble first, the newest on top, and the healthy by name', () => {
    expect(inTroubleOrder(asMap(fleet)).map(({ key }) => key)).toEqual([
      'new',
      'old',
      'ramp',
      'seen',
      'b9',
      'b10',
    ]);
  });
});

describe('inSettledOrder', () => {
  const keysOf = (breakers: readonly BreakerSummary[]) => breakers.map(({ key }) => key);
  const settled = new Set(['b9', 'old', 'gone', 'b10', 'seen', 'ramp']);

  it('keeps the order whatever the states are now, and leaves out who is gone', () => {
    const known = asMap(fleet.filter(({ key }) => settled.has(key)));
    expect(keysOf(inSettledOrder(known, settled))).toEqual(['b9', 'old', 'b10', 'seen', 'ramp']);
  });

  it('puts newcomers in front', () => {
    expect(keysOf(inSettledOrder(asMap(fleet), settled))[0]).toBe('new');
  });
});

describe('filter', () => {
  const found = (query: string): string[] =>
    fleet
      .filter((one) => matches(one, parseFilter(new URLSearchParams(query))))
      .map(({ key }) => key);

  it.each([
    ['', 6],
    ['state=open', 2],
    ['state=open,half', 3],
    ['state=held', 1],
    ['state=observe', 1],
    ['state=nonsense', 6],
    ['owner=search', 1],
    ['tag=eu', 1],
    ['q=B1', 1],
    ['q=payments', 5],
  ])('%s finds %i', (query, count) => {
    expect(found(query)).toHaveLength(count);
  });

  it('survives the way through the address', () => {
    const filter: FleetFilter = {
      text: 'a b&c',
      groups: ['open', 'held'],
      owner: 'x/y',
      tag: 't',
      density: 'compact',
      grouping: 'tag',
    };
    expect(parseFilter(new URLSearchParams(filterQuery(filter)))).toEqual(filter);
    expect(filterQuery(parseFilter(new URLSearchParams('')))).toBe('');
  });
});

describe('summary', () => {
  it('counts a held breaker twice: as held and by its state', () => {
    const counts = { open: 2, half: 1, part: 0, held: 1, closed: 2, observe: 1 };
    expect(countGroups(fleet)).toEqual(counts);
  });

  it('counts a closed breaker of which a part blocks twice, too', () => {
    expect(countGroups([partly])).toMatchObject({ part: 1, closed: 1, open: 0 });
    expect(matches(partly, parseFilter(new URLSearchParams('state=part')))).toBe(true);
    expect(fleet.some((one) => matches(one, parseFilter(new URLSearchParams('state=part'))))).toBe(
      false,
    );
  });

  it('has one filter for all that needs attention', () => {
    const filter = parseFilter(new URLSearchParams(ATTENTION_QUERY));
    const found = [partly, ...fleet].filter((one) => matches(one, filter));
    expect(found.map(({ key }) => key)).toEqual(['partly', 'ramp', 'old', 'new']);
  });

  it('lists the owners and tags that occur', () => {
    expect(choicesOf(fleet)).toEqual({ owners: ['payments', 'search'], tags: ['eu'] });
  });

  it('puts trouble into the title', () => {
    const titleOf = (breakers: readonly BreakerSummary[]) =>
      fleetTitle(countGroups(breakers), 'production');
    expect(titleOf(fleet)).toBe('2 open, 1 half-open · production');
    expect(titleOf(fleet.slice(0, 3))).toBe('All closed · production');
    expect(titleOf([partly, ...fleet.slice(0, 3)])).toBe('1 in part · production');
  });
});
