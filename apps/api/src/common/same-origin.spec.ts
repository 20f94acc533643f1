import { describe, expect, it } from 'vitest';
import { hasSameOrigin, isSameOrigin } from './same-origin.js';

const host = 'recloser.example:4400';
const check = (headers: Record<string, string>, publicUrl: string | null = null) =>
  isSameOrigin({ headers, host, publicUrl });

describe('isSameOrigin', () => {
  it.each([
    [{}, true],
    [{ origin: 'http://recloser.example:4400' }, true],
    [{ origin: 'http://recloser.example:4400', 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'http://recloser.example:4400', 'sec-fetch-site': 'cross-site' }, false],
    [{ origin: 'http://recloser.example' }, false],
    [{ origin: 'http://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'none' }, true],
  ])('%j: %s', (headers, expected) => {
    expect(check(headers)).toBe(expected);
  });

  it('also takes the configured public address', () => {
    const headers = { origin: 'https://ops.example' };
    expect(check(headers)).toBe(false);
    expect(check(headers, 'https://ops.example/console')).toBe(true);
  });
});

describe('hasSameOrigin', () => {
  it('wants an Origin', () => {
    expect(hasSameOrigin({ headers: {}, host, publicUrl: null })).toBe(false);
    const headers = { origin: 'http://recloser.example:4400' };
    expect(hasSameOrigin({ headers, host, publicUrl: null })).toBe(true);
  });
});
