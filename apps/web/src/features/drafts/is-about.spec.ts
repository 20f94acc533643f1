import { describe, expect, it } from 'vitest';
import { isAbout } from './is-about';

describe('isAbout', () => {
  it('finds a breaker by its key, and other settings by theirs', () => {
    expect(isAbout({ breaker: 'stripe', before: {}, after: {} }, 'stripe')).toBe(true);
    expect(isAbout({ breaker: 'stripe', before: { key: 'eu' }, after: null }, 'eu')).toBe(false);
    expect(isAbout({ breaker: null, before: { key: 'eu' }, after: null }, 'eu')).toBe(true);
    expect(isAbout({ breaker: null, before: null, after: { key: 'eu' } }, 'eu')).toBe(true);
    expect(isAbout({ breaker: null, before: null, after: 'eu' }, 'eu')).toBe(false);
  });

  it('finds settings without a key by their name, and no others', () => {
    expect(isAbout({ breaker: null, before: { name: 'on call' }, after: null }, 'on call')).toBe(
      true,
    );
    const named = { key: 'eu', name: 'on call' };
    expect(isAbout({ breaker: null, before: null, after: named }, 'on call')).toBe(false);
  });
});
