import { describe, expect, it } from 'vitest';
import type { Clause } from '../../model/rules.js';
import { workProblem } from '../clause-validation.js';
import { readPattern } from './pattern.js';
import { patternWork } from './work.js';

const workOf = (pattern: string, anyCase = false, left = 400_000) => {
  const read = readPattern(pattern, anyCase);
  return read.ok ? patternWork(read.root, anyCase, { left }) : null;
};
const clause = (...values: string[]): Clause => ({ attribute: 'a', operator: 'matches', values });

describe('what a character of a value can cost', () => {
  it.each([
    ['^[a-z.]+@corp\\.example$', 12],
    ['^(?:eu|us)-(west|east)-\\d{1,2}$', 20],
    ['^acct_[0-9a-f]{24}$', 12],
    ['\\btest\\b', 12],
    ['.*foo.*bar', 20],
    ['^(a+)+$', 12],
    ['^\\+?[1-9]\\d{6,14}$', 40],
    ['^[\\w.+-]{1,64}@[\\w-]{1,63}\\.(com|net)$', 60],
  ])('is little for what people write: %s', (pattern, most) => {
    for (const anyCase of [false, true]) {
      expect(workOf(pattern, anyCase)).toBeLessThanOrEqual(most);
    }
    expect(workProblem('rules', [clause(pattern)])).toEqual([]);
  });

  it.each(['(a?){150}a{150}', '^(a|b)*a(a|b){120}$', '(.?){240}b', '(.*a){90}$', '(\\w?){249}\\d'])(
    'is much for what is built to be slow, which is refused: %s',
    (pattern) => {
      expect(workOf(pattern)).toBeGreaterThan(160);
      expect(workProblem('rules', [clause(pattern)])[0]?.message).toContain('too long');
    },
  );

  it('is bounded over all patterns together, and so is the looking', () => {
    const some = Array.from({ length: 10 }, (_, index) => `^acct_${index}[0-9a-f]{24}$`);
    expect(workProblem('rules', [clause(...some)])).toEqual([]);
    const many = Array.from({ length: 30 }, (_, index) => `(?:x${index}[ab]?){5}y`);
    expect(workProblem('rules', [clause(...many)])[0]?.message).toContain('All patterns together');
    expect(workOf('^abc$', false, 0)).toBe(6);
  });
});
