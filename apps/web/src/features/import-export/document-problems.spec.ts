import { describe, expect, it } from 'vitest';
import { ApiError } from '@/lib/problem';
import { documentProblems, shown } from './document-problems';

describe('documentProblems', () => {
  it('are those of a refused file, and nothing else', () => {
    const problems = [{ line: 3, path: 'breakers.a', message: 'Odd.' }, { line: 'x' }];
    const refused = new ApiError(400, 'invalid_document', 'line 3', { problems });
    expect(documentProblems(refused)).toEqual(problems.slice(0, 1));
    expect(documentProblems(new ApiError(409, 'not_closed', 'no', { problems }))).toEqual([]);
    expect(documentProblems(new Error('x'))).toEqual([]);
  });
});

describe('shown', () => {
  it.each([
    [null, 'nothing'],
    ['', 'empty'],
    ['money', 'money'],
    [0.8, '0.8'],
    [['a'], '["a"]'],
  ])('%j as %s', (value, words) => {
    expect(shown(value)).toBe(words);
  });
});
