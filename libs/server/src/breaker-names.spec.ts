import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BreakerNames, OTHER_BREAKERS } from './breaker-names.js';

it('never names more breakers than the limit, and keeps the names that it gave', () => {
  const asked = fc.array(fc.tuple(fc.constantFrom('p/a', 'p/b'), fc.stringMatching(/^[a-f]$/)));
  fc.assert(
    fc.property(asked, fc.integer({ min: 0, max: 5 }), (all, limit) => {
      const names = new BreakerNames(limit);
      const first = all.map(([environment, key]) => names.nameOf(environment, key));
      const again = all.map(([environment, key]) => names.nameOf(environment, key));
      const named = all.filter((_, i) => first[i] !== OTHER_BREAKERS).map((one) => one.join(' '));
      expect(new Set(named).size).toBeLessThanOrEqual(limit);
      expect(again).toEqual(first);
    }),
  );
});

it('gives the place of a breaker that is gone to another', () => {
  const names = new BreakerNames(1);
  expect(names.nameOf('p/e', 'a')).toBe('a');
  expect(names.nameOf('p/e', 'b')).toBe(OTHER_BREAKERS);
  names.keep((environment, key) => environment === 'p/e' && key === 'a');
  expect(names.nameOf('p/e', 'b')).toBe(OTHER_BREAKERS);
  names.keep(() => false);
  expect(names.nameOf('p/e', 'b')).toBe('b');
});

it('counts a breaker that is called like the others among them, so that no series stands twice', () => {
  expect(new BreakerNames(9).nameOf('p/e', OTHER_BREAKERS)).toBe(OTHER_BREAKERS);
});
