import type { Clause } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { type SegmentDraft, segmentMerging } from './segment-merge';

const oneOf = (attribute: string, ...values: string[]): Clause => ({
  attribute,
  operator: 'in',
  values,
});
const segment = (...clauses: readonly Clause[]): SegmentDraft => ({
  key: 'staff',
  name: 'Staff',
  description: '',
  clauses,
});
const base = segment(oneOf('accountId', 'a', 'b'));
const none = new Map<string, never>();

describe('segmentMerging', () => {
  it('puts members together that two have added and removed', () => {
    const theirs = segment(oneOf('accountId', 'b', 'c'));
    const mine = { ...segment(oneOf('accountId', 'a', 'b', 'd')), name: 'Our own people' };
    const versions = { base, theirs, mine };
    expect(segmentMerging.merge(versions, none)).toEqual({
      ...segment(oneOf('accountId', 'b', 'c', 'd')),
      name: 'Our own people',
    });
    expect(segmentMerging.compare(versions)).toMatchObject([
      { label: 'Name', changedBy: 'mine' },
      { label: 'Who · accountId is one of', changedBy: 'joined', theirs: 'added c; removed a' },
    ]);
  });

  it('asks about a name that both have changed', () => {
    const versions = {
      base,
      theirs: { ...base, name: 'People' },
      mine: { ...base, name: 'Employees' },
    };
    expect(segmentMerging.compare(versions)).toMatchObject([{ changedBy: 'conflict' }]);
    expect(segmentMerging.merge(versions, new Map([['name', 'theirs']])).name).toBe('People');
  });

  it('asks about a bound, of which there is one, and not about members', () => {
    const since = (version: string): Clause => ({
      attribute: 'app',
      operator: 'semver_gte',
      values: [version],
    });
    const versions = {
      base: segment(since('1.0.0')),
      theirs: segment(since('1.1.0')),
      mine: segment(since('1.2.0')),
    };
    expect(segmentMerging.compare(versions)).toMatchObject([
      { label: 'Who · app version ≥', theirs: '1.1.0', mine: '1.2.0', changedBy: 'conflict' },
    ]);
    expect(segmentMerging.merge(versions, none)).toEqual(versions.mine);
  });

  it('takes over clauses that one has added or taken away', () => {
    const theirs = segment(oneOf('accountId', 'a', 'b'), oneOf('plan', 'pro'));
    const mine = segment(oneOf('country', 'DE'));
    expect(segmentMerging.merge({ base, theirs, mine }, none).clauses).toEqual([
      oneOf('plan', 'pro'),
      oneOf('country', 'DE'),
    ]);
  });

  it('asks where one has changed a clause that the other has taken away', () => {
    const versions = {
      base,
      theirs: segment(oneOf('accountId', 'a', 'b', 'c')),
      mine: segment(oneOf('country', 'DE')),
    };
    const [clause] = segmentMerging
      .compare(versions)
      .filter(({ changedBy }) => changedBy === 'conflict');
    expect(clause).toMatchObject({
      theirs: 'accountId is one of a, b, c',
      mine: 'does not matter',
    });
    const choice = new Map([[clause?.id ?? '', 'theirs' as const]]);
    expect(segmentMerging.merge(versions, choice).clauses).toEqual([
      oneOf('accountId', 'a', 'b', 'c'),
      oneOf('country', 'DE'),
    ]);
  });

  it('tells two clauses apart that ask the same', () => {
    const twice = segment(oneOf('team', 'a'), oneOf('team', 'b'));
    const theirs = segment(oneOf('team', 'a', 'x'), oneOf('team', 'b'));
    const mine = segment(oneOf('team', 'a'), oneOf('team', 'b', 'y'));
    expect(segmentMerging.merge({ base: twice, theirs, mine }, none).clauses).toEqual([
      oneOf('team', 'a', 'x'),
      oneOf('team', 'b', 'y'),
    ]);
  });
});
