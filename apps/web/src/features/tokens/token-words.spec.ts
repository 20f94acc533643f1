import type { ApiToken } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { curlLine, endAfter, placeName, placesOf, stateOf } from './token-words';

const token: ApiToken = {
  id: '1',
  name: 'ci',
  prefix: 'rct_abcd',
  role: 'viewer',
  project: null,
  environment: null,
  createdBy: 'Ada',
  createdAt: 0,
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
};

describe('an API token in words', () => {
  it('is in force until it expires or is revoked', () => {
    expect(stateOf(token, 1_000)).toBe('in_force');
    expect(stateOf({ ...token, expiresAt: 1_001 }, 1_000)).toBe('in_force');
    expect(stateOf({ ...token, expiresAt: 1_000 }, 1_000)).toBe('expired');
    expect(stateOf({ ...token, expiresAt: 1, revokedAt: 1 }, 1_000)).toBe('revoked');
  });

  it('ends after the chosen days, or never', () => {
    expect(endAfter('90', 5)).toBe(90 * 86_400_000 + 5);
    expect(endAfter('', 5)).toBeNull();
  });

  it('can be limited to each project and environment', () => {
    const environment = { id: 'e', key: 'live', name: 'Live', kind: 'production', seq: 0 } as const;
    const places = placesOf([{ key: 'shop', name: 'Shop', environments: [environment] }]);
    expect(places.map(placeName)).toEqual(['Everywhere', 'shop', 'shop / live']);
  });

  it('is tried with one line', () => {
    expect(curlLine('http://localhost:4400', 'rct_x')).toBe(
      "curl -H 'Authorization: Bearer rct_x' http://localhost:4400/v1/me",
    );
  });
});
