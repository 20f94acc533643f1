import { describe, expect, it } from 'vitest';
import { isUuid, newSalt, uuidv7 } from './ids.js';

describe('uuidv7', () => {
  it('carries the time, the version and the variant', () => {
    const now = 1_795_224_000_123;
    const id = uuidv7(now);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(now);
    expect(isUuid(id)).toBe(true);
  });

  it('sorts by time and does not repeat', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => uuidv7(1_000_000 + index));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(Array.from({ length: 1_000 }, () => uuidv7(1))).size).toBe(1_000);
  });
});

describe('isUuid', () => {
  it.each(['', 'x', '0190a0de-0000-7000-8000-00000000000', "' OR 1=1"])('refuses %j', (text) => {
    expect(isUuid(text)).toBe(false);
  });
});

describe('newSalt', () => {
  it('does not repeat', () => {
    expect(new Set(Array.from({ length: 1_000 }, newSalt)).size).toBe(1_000);
  });
});
