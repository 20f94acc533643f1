import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safePath } from './safe-path';

describe('the address after signing in', () => {
  it.each([
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r/evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/..//',
    '/.///',
    '/%2e//evil.example',
    '///evil.example',
    'https://evil.example',
    'https:/evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,x',
    'http://here.invalid',
    'evil.example',
    '@evil.example',
    ' //evil.example',
    '\u0000//evil.example',
    '',
  ])('%j stays here', (next) => {
    expect(safePath(next)).toBe('/');
  });

  it.each([
    ['/default/production?state=open#x', '/default/production?state=open#x'],
    ['/p/e/breakers/a%2520b?x=%2F%2Fevil', '/p/e/breakers/a%2520b?x=%2F%2Fevil'],
    ['/p/e/breakers/支付', '/p/e/breakers/%E6%94%AF%E4%BB%98'],
  ])('%j is kept', (next, path) => {
    expect(safePath(next)).toBe(path);
  });

  it.each([undefined, ['/a', '/b'], null, 7])('%j leads home', (next) => {
    expect(safePath(next)).toBe('/');
  });

  it('never leads away, however it is written', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      '\t',
      '\n',
      '\r',
      '\0',
      ' ',
      ':',
      '@',
      '?',
      '#',
      'https:',
      'javascript:',
      'evil.example',
      '\u2028',
      '／',
      '。',
    );
    const text = fc.array(piece, { maxLength: 10 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(text, fc.webUrl(), fc.string({ unit: 'binary' })), (next) => {
        const site = 'https://recloser.example';
        expect(new URL(safePath(next), `${site}/sign-in`).origin).toBe(site);
      }),
      { numRuns: 5_000 },
    );
  });
});
