import { LIMITS } from '@recloser/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument } from './document.js';
import { YamlProblems } from './yaml-text.js';

const problemsOf = (text: string) => {
  try {
    readDocument(text);
  } catch (error) {
    if (error instanceof YamlProblems) return error.problems;
    throw error;
  }
  return [];
};

/** As long as a file may be: so many pieces as fit. */
function filled(
  piece: string | ((index: number) => string),
  begin = '',
  end = '',
  most: number = LIMITS.documentBytes,
): string {
  const pieces = [begin];
  let left = most - begin.length - end.length;
  for (let index = 0; ; index += 1) {
    const text = typeof piece === 'string' ? piece : piece(index);
    left -= text.length;
    if (left < 0) return pieces.join('') + end;
    pieces.push(text);
  }
}

/** For what meets the same bound as the names, more slowly. */
const SHORTER = 1024 * 1024;

describe('hostile files of up to the longest end in a refusal, soon', () => {
  it.each([
    ['[ ten thousand times', '['.repeat(10_000)],
    ['[', filled('[')],
    ['{a: ', filled('{a: ')],
    ['- ', filled('- ')],
    ['? ', filled('? ')],
    ['- in lines', Array.from({ length: 1_200 }, (_, i) => `${' '.repeat(i)}-\n`).join('')],
    ['an alias in itself', 'recloser: &a [*a]\n'],
    [
      'aliases of aliases',
      `a: &a [x,x,x]\n${'bcdefghi'
        .split('')
        .map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(50)}]\n`)
        .join('')}`,
    ],
    [
      'aliases upon aliases',
      `a: &a [x]\n${Array.from({ length: 40 }, (_, i) => `b${i}: &${i === 39 ? 'z' : `b${i}`} [*${i === 0 ? 'a' : `b${i - 1}`}]\n`).join('')}`,
    ],
    ['names', filled((i) => `k${i}: 1,`, 'recloser: 1\nbreakers: {', '}\n')],
    ['anchors', filled((i) => `&a${i} 1,*a0,`, 'recloser: 1\nx: [', ']\n', SHORTER)],
    ['errors', filled('"\n')],
    ['tags', filled('!t 1,', 'x: [', ']', SHORTER)],
    ['percent', filled('%A\n')],
    ['documents', filled('---\n')],
    ['comments', filled('#\n')],
    ['tabs', filled('\t', 'a:', 'b: c')],
    ['colons', filled(':')],
    ['quotes', filled("'", "'")],
    ['bars', filled('a: |\n')],
  ])('%s', (_, text) => {
    expect(problemsOf(text)).not.toEqual([]);
  });

  it('never throws anything else', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ':',
      ': ',
      '- ',
      '? ',
      '\n',
      ' ',
      '  ',
      '&a',
      '*a',
      '!',
      '!!str ',
      '|',
      '>',
      '"',
      "'",
      '#',
      '%',
      '---\n',
      '<<',
      'recloser: 1',
      '\nbreakers:\n',
      '\t',
      ',',
      '\\',
      '\r',
      '\u0085',
      'a',
      '1',
      '~',
      '@',
      '`',
    );
    const text = fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (given) => void problemsOf(given)),
      { numRuns: 2_000 },
    );
  });
});
