import { describe, expect, it } from 'vitest';
import { SignInLimits } from './sign-in-limits.js';

const WINDOW_MS = 5 * 60_000;
const OWNER = 'owner@example.com';

/** Whether an attempt is let through to the password check; it fails there. */
function tried(limits: SignInLimits, address: string, email = OWNER, now = 0): boolean {
  try {
    limits.begin(address, email, now);
    return true;
  } catch {
    return false;
  }
}

const countOf = (attempts: readonly boolean[]) => attempts.filter((let_) => let_).length;
const times = (count: number, attempt: (index: number) => boolean) =>
  countOf(Array.from({ length: count }, (_, index) => attempt(index)));

describe('wrong passwords', () => {
  it('one address has ten for a person, and fifty in all', () => {
    const limits = new SignInLimits();
    expect(times(20, () => tried(limits, '192.0.2.1'))).toBe(10);
    expect(times(100, (index) => tried(limits, '192.0.2.1', `p${index}@example.com`))).toBe(40);
    expect(tried(limits, '192.0.2.1', OWNER, WINDOW_MS)).toBe(true);
  });

  it('addresses of one IPv6 network are one, and so are the spellings of IPv4', () => {
    const limits = new SignInLimits();
    expect(times(50, (index) => tried(limits, `2001:db8::${index.toString(16)}`))).toBe(10);
    expect(times(20, (index) => tried(limits, index % 2 ? '192.0.2.1' : '::ffff:192.0.2.1'))).toBe(
      10,
    );
  });

  it('many addresses lock nobody out, and get little', () => {
    const limits = new SignInLimits();
    const guesses = times(5_000, (index) => tried(limits, `203.0.${index % 250}.1`));
    expect(guesses).toBeLessThanOrEqual(100 + 250 * 3);
    limits.begin('192.0.2.1', OWNER, 0);
    limits.succeeded('192.0.2.1', OWNER);
    // And again, as often as it is the right password.
    for (let i = 0; i < 20; i += 1) {
      limits.begin('192.0.2.1', OWNER, 0);
      limits.succeeded('192.0.2.1', OWNER);
    }
  });

  it('a right one is not held against anybody', () => {
    const limits = new SignInLimits();
    for (let i = 0; i < 500; i += 1) {
      limits.begin('192.0.2.1', OWNER, 0);
      limits.succeeded('192.0.2.1', OWNER);
    }
    expect(tried(limits, '192.0.2.1')).toBe(true);
  });

  it('within a session there are ten', () => {
    const limits = new SignInLimits();
    for (let i = 0; i < 10; i += 1) limits.beginChange('me', 0);
    expect(() => limits.beginChange('me', 0)).toThrow(/Try again in 300 seconds/);
    limits.beginChange('somebody else', 0);
    limits.beginChange('me', WINDOW_MS);
    limits.changed('me');
    limits.beginChange('me', WINDOW_MS);
  });
});
