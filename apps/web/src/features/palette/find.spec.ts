import { describe, expect, it } from 'vitest';
import { breakerIn, CLOSED } from '../breaker/breaker.fixture';
import { findBreakers, isWithin, nameAfterVerb } from './find';

const named = (key: string) =>
  breakerIn(CLOSED, { mode: 'auto' }, { key, name: key, owner: 'payments' });

describe('findBreakers', () => {
  const fleet = [named('my-search'), named('search-2'), named('search'), named('tax')];

  it('puts what begins with the words first, and keeps the order else', () => {
    expect(findBreakers(fleet, 'SEARCH').map(({ key }) => key)).toEqual([
      'search-2',
      'search',
      'my-search',
    ]);
    expect(findBreakers(fleet, '').map(({ key }) => key)[0]).toBe('my-search');
  });

  it('finds by owner, and several words in any order', () => {
    expect(findBreakers(fleet, 'payments tax').map(({ key }) => key)).toEqual(['tax']);
    expect(findBreakers(fleet, 'nothing')).toEqual([]);
  });

  it('stays short for thousands', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => named(`svc-${index}`));
    expect(findBreakers(many, 'svc').length).toBeLessThanOrEqual(40);
  });
});

describe('words', () => {
  it('are matched in any case and order', () => {
    expect(isWithin('Audit log', 'LOG aud')).toBe(true);
    expect(isWithin('Audit log', 'logs')).toBe(false);
    expect(nameAfterVerb('Open stri')).toBe('stri');
    expect(nameAfterVerb('open')).toBeNull();
    expect(nameAfterVerb('opener x')).toBeNull();
  });
});
