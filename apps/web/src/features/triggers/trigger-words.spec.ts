import { describe, expect, it } from 'vitest';
import { effectOf } from './trigger-words';

describe('a trigger in words', () => {
  it.each([
    ['open', null, 1_800_000, 'opens stripe for 30 min'],
    ['dim', 2 ** 30, 5_400_000, 'dims stripe to 25% for 1 h 30 min'],
    ['hold', null, 60_000, 'holds stripe for 1 min'],
  ] as const)('says what it does: %s', (action, admission, durationMs, words) => {
    expect(effectOf({ action, admission, breaker: 'stripe', durationMs })).toBe(words);
  });
});
