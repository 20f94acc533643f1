import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSemver, isSemver } from './semver.js';

/** Rising. The first part is the example of semver.org, item 11. */
const RISING = [
  '0.0.0-0',
  '0.0.0',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1',
  '1.9.0',
  '1.10.0',
  '2.0.0-1',
  '2.0.0-2',
  '2.0.0-10',
  '2.0.0-1a',
  '2.0.0-A',
  '2.0.0-a',
  '2.0.0-a.0',
  '2.0.0-a-b',
  '2.0.0',
  '9007199254740993.0.0',
  '9007199254740994.0.0',
  '90071992547409930.0.0',
];

describe('semantic versions', () => {
  it('rise as semver.org says', () => {
    for (const [i, a] of RISING.entries()) {
      expect(isSemver(a)).toBe(true);
      for (const [j, b] of RISING.entries()) {
        expect(`${a} ${Math.sign(compareSemver(a, b))} ${b}`).toBe(`${a} ${Math.sign(i - j)} ${b}`);
      }
    }
  });

  it.each([
    ['1.0.0+a', '1.0.0+b'],
    ['1.0.0+a', '1.0.0'],
    ['1.0.0-rc.1+build.5', '1.0.0-rc.1'],
    ['1.0.0+a-b', '1.0.0'],
  ])('%s equals %s: build metadata does not count', (a, b) => {
    expect(compareSemver(a, b)).toBe(0);
    expect(compareSemver(b, a)).toBe(0);
  });

  it.each([
    '',
    '1',
    '1.2',
    'v1.2.3',
    '01.2.3',
    '1.02.3',
    '1.2.03',
    '1.2.3-',
    '1.2.3-01',
    '1.2.3-a..b',
    '1.2.3+',
    '1.2.3+a..b',
    ' 1.2.3',
    '1.2.3\n',
    '1.2.3.4',
    '1.2.-3',
    '1.2.3-ä',
  ])('%j is none', (text) => {
    expect(isSemver(text)).toBe(false);
  });

  it('order totally', () => {
    const number = fc.nat(12);
    const identifier = fc.oneof(number.map(String), fc.constantFrom('a', 'rc', '1a', '-', 'A'));
    const version = fc
      .tuple(number, number, number, fc.array(identifier, { maxLength: 3 }), fc.boolean())
      .map(
        ([x, y, z, pre, build]) =>
          `${x}.${y}.${z}${pre.length > 0 ? `-${pre.join('.')}` : ''}${build ? '+b.1' : ''}`,
      );
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(isSemver(a)).toBe(true);
        expect(Math.sign(compareSemver(a, b)) + Math.sign(compareSemver(b, a))).toBe(0);
        expect(compareSemver(a, a)).toBe(0);
        if (compareSemver(a, b) <= 0 && compareSemver(b, c) <= 0) {
          expect(compareSemver(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
