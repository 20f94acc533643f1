import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { casesOf, foldCase, foldCode } from './case-folding.js';
import { matcherOf } from '../rules-operators.js';
import { compilePattern } from './pattern.js';

const LAST_CASED = 0x1ffff;
const letters = Array.from({ length: LAST_CASED + 1 }, (_, code) => code).filter(
  (code) => code < 0xd800 || code > 0xdfff,
);

describe('folding', () => {
  it('knows the same pairs of letters as ECMAScript’s own ("iu")', () => {
    for (const code of letters) {
      const folded = foldCode(code);
      if (folded === code) continue;
      const own = new RegExp(`^\\u{${folded.toString(16)}}$`, 'iu');
      expect(own.test(String.fromCodePoint(code)), code.toString(16)).toBe(true);
      expect(foldCode(folded)).toBe(folded);
    }
  });

  it('misses no letter that is another in another case', () => {
    const byFolded = new Map<number, number[]>();
    for (const code of letters) {
      byFolded.set(foldCode(code), [...(byFolded.get(foldCode(code)) ?? []), code]);
    }
    for (const codes of byFolded.values()) {
      if (codes.length === 1) continue;
      for (const code of codes)
        expect([...new Set(casesOf(code))].sort()).toEqual([...codes].sort());
    }
  });

  it('keeps the length, so that parts stay parts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(foldCase(text)).toHaveLength(text.length);
      }),
    );
  });
});

describe('ignoring case never narrows', () => {
  const letter = fc.constantFrom(
    'Σ',
    'σ',
    'ς',
    'Α',
    'α',
    'ß',
    'ẞ',
    'İ',
    'i',
    'ı',
    'I',
    'K',
    '\u212a',
    'ſ',
    's',
    'ŉ',
    'ǰ',
    '😀',
    '𐐀',
    '𐐨',
    'ΐ',
    'é',
    'e\u0301',
  );
  const text = fc.array(letter, { maxLength: 5 }).map((parts) => parts.join(''));
  const operators = ['in', 'contains', 'starts_with', 'ends_with'] as const;

  it.each(operators)('%s', (operator) => {
    fc.assert(
      fc.property(text, text, text, (before, part, after) => {
        for (const value of [part, part + after, before + part, before + part + after]) {
          if (matcherOf(operator, [part], false, compilePattern)(value) !== true) continue;
          expect(matcherOf(operator, [part], true, compilePattern)(value)).toBe(true);
        }
      }),
    );
  });

  it('matches', () => {
    fc.assert(
      fc.property(text, text, (part, after) => {
        fc.pre(part !== '');
        expect(compilePattern(part, true)?.test(part + after)).toBe(true);
      }),
    );
  });

  it('starts_with "ΑΣ" holds for "ΑΣΑ", in every case of them', () => {
    const matches = matcherOf('starts_with', ['ΑΣ'], true, compilePattern);
    for (const value of ['ΑΣΑ', 'ασα', 'ΑΣ', 'ας', 'ασ']) expect(matches(value)).toBe(true);
  });
});
