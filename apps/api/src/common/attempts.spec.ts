import { describe, expect, it } from 'vitest';
import { AttemptLimiter } from './attempts.js';

describe('AttemptLimiter', () => {
  it('refuses after max failures until the window ends', () => {
    const limiter = new AttemptLimiter(2, 1_000);
    expect(limiter.waitMs('a', 0)).toBe(0);
    limiter.failed('a', 0);
    expect(limiter.waitMs('a', 10)).toBe(0);
    limiter.failed('a', 10);
    expect(limiter.waitMs('a', 400)).toBe(600);
    expect(limiter.waitMs('b', 400)).toBe(0);
    expect(limiter.waitMs('a', 1_000)).toBe(0);
  });

  it('forgives one failure, or forgets them all', () => {
    const limiter = new AttemptLimiter(2, 1_000);
    for (let i = 0; i < 3; i += 1) limiter.failed('a', 0);
    limiter.forgive('a');
    expect(limiter.waitMs('a', 1)).toBe(999);
    limiter.forgive('a');
    expect(limiter.waitMs('a', 1)).toBe(0);
    limiter.failed('a', 1);
    limiter.forget('a');
    limiter.failed('a', 2);
    expect(limiter.waitMs('a', 3)).toBe(0);
    limiter.forgive('never seen');
  });

  it('keeps a bounded number of keys, the newest', () => {
    const limiter = new AttemptLimiter(1, 1_000, 2);
    for (const key of ['a', 'b', 'c']) limiter.failed(key, 0);
    expect(limiter.waitMs('a', 1)).toBe(0);
    expect(limiter.waitMs('c', 1)).toBe(999);
  });
});
