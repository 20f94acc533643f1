import { describe, expect, it } from 'vitest';
import { hasSameOrigin, isSameOrigin, originReader } from './same-origin.js';

const own = 'http://recloser.example:4400';
const check = (headers: Record<string, string>, publicUrl: string | null = null, origin = own) =>
  isSameOrigin({ headers, origin, publicUrl });

describe('isSameOrigin', () => {
  it.each([
    [{}, true],
    [{ origin: 'http://recloser.example:4400' }, true],
    [{ origin: 'http://recloser.example:4400', 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'http://recloser.example:4400', 'sec-fetch-site': 'cross-site' }, false],
    [{ origin: 'https://recloser.example:4400' }, false],
    [{ origin: 'ws://recloser.example:4400' }, false],
    [{ origin: 'http://recloser.example' }, false],
    [{ origin: 'http://evil.example' }, false],
    [{ origin: 'http://recloser.example:4400.evil.example' }, false],
    [{ origin: 'http://recloser.example:4400/path' }, false],
    [{ origin: 'http://user@recloser.example:4400' }, false],
    [{ origin: 'null' }, false],
    [{ origin: '' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'none' }, true],
  ])('%j: %s', (headers, expected) => {
    expect(check(headers)).toBe(expected);
  });

  it.each([
    ['https://ops.example', true],
    ['http://ops.example', false],
    ['https://ops.example:8443', false],
  ])('takes the configured public address, in its scheme: %s', (origin, expected) => {
    expect(check({ origin }, 'https://ops.example/console')).toBe(expected);
    // A proxy that forwards the host alone.
    expect(check({ origin }, 'https://ops.example/console', 'http://ops.example')).toBe(expected);
  });

  it('still takes the address that was asked for, beside a public one', () => {
    expect(check({ origin: own }, 'https://ops.example')).toBe(true);
  });

  it('knows that 443 is the port of https', () => {
    const origin = 'https://ops.example';
    expect(check({ origin }, null, 'https://ops.example:443')).toBe(true);
    expect(check({ origin }, null, 'http://ops.example')).toBe(false);
  });
});

describe('hasSameOrigin', () => {
  it('wants an Origin', () => {
    expect(hasSameOrigin({ headers: {}, origin: own, publicUrl: null })).toBe(false);
    const headers = { origin: own };
    expect(hasSameOrigin({ headers, origin: own, publicUrl: null })).toBe(true);
  });
});

describe('originReader', () => {
  const read = (remoteAddress: string, headers: Record<string, string>) =>
    originReader('loopback')({
      headers: { host: 'inner:4400', ...headers },
      socket: { remoteAddress },
    });
  const forwarded = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.example, ops.example',
  };

  it.each([
    ['127.0.0.1', {}, 'http://inner:4400'],
    ['127.0.0.1', forwarded, 'https://ops.example'],
    ['::1', forwarded, 'https://ops.example'],
    ['203.0.113.9', forwarded, 'http://inner:4400'],
  ])('from %s with %j: %s', (address, headers, origin) => {
    expect(read(address, headers)).toBe(origin);
  });
});
