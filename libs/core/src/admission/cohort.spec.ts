import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADMISSION_ALL } from '../model/admission.js';
import golden from './cohort.golden.json' with { type: 'json' };
import { bucketOf, cohortBucket, inCohort, prepareSalt } from './cohort.js';
import { compileBreaker, decideAdmission, verdictOf } from './decision.js';
import type { BreakerView } from '../model/model.js';
import { murmur3_32, murmur3Finish, murmur3Start } from './murmur3.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { formatHexDigits, HEX_DIGIT_ORDER, hexDigitBucketOf } from './hex-digit-cohort.js';

const encoder = new TextEncoder();
const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  maxLength: 40,
});
const seeds = fc.integer({ min: 0, max: 0xffffffff });

describe('murmur3_32', () => {
  it.each(golden.hashes)('hashes $text with seed $seed', ({ text, seed, hash, utf8Bytes }) => {
    expect(encoder.encode(text)).toHaveLength(utf8Bytes);
    expect(murmur3_32(text, seed)).toBe(hash);
    expect(murmur3_32(encoder.encode(text), seed)).toBe(hash);
  });

  it.each(golden.loneSurrogates)(
    'hashes lone surrogates $units as U+FFFD',
    ({ units, sameAs, hash }) => {
      expect(murmur3_32(String.fromCharCode(...units))).toBe(hash);
      expect(murmur3_32(sameAs)).toBe(hash);
    },
  );

  it('gives the verification value of smhasher', () => {
    // Hashes of 0…255 bytes under seeds 256…1, themselves hashed.
    const hashes = new Uint8Array(256 * 4);
    const view = new DataView(hashes.buffer);
    for (let length = 0; length < 256; length += 1) {
      const key = Uint8Array.from({ length }, (_, i) => i);
      view.setUint32(length * 4, murmur3_32(key, 256 - length), true);
    }
    expect(murmur3_32(hashes)).toBe(0xb0f57ee3);
    expect(golden.verification).toBe(0xb0f57ee3);
  });

  it('hashes a string as its UTF-8 bytes, whatever the text', () => {
    fc.assert(
      fc.property(anyText, seeds, (text, seed) => {
        expect(murmur3_32(text, seed)).toBe(murmur3_32(encoder.encode(text), seed));
      }),
      { numRuns: 2_000 },
    );
  });

  it('goes on from a prefix as if it were one text', () => {
    // A prefix that ends in half a surrogate pair cannot be told apart; a salt never does, it ends in ":".
    const prefix = anyText.map((text) => `${text}:`);
    fc.assert(
      fc.property(prefix, anyText, seeds, (head, tail, seed) => {
        expect(murmur3Finish(murmur3Start(head, seed), tail)).toBe(murmur3_32(head + tail, seed));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('cohorts', () => {
  it.each(golden.cohorts)('places $key under $salt', ({ salt, key, bucket, percent }) => {
    expect(cohortBucket(salt, key)).toBe(bucket);
    expect(bucketOf(prepareSalt(salt), key)).toBe(bucket);
    expect((bucket / ADMISSION_ALL) * 100).toBeCloseTo(percent, 5);
  });

  it('are nested: who is in at one admission is in at every larger one', () => {
    const admissions = fc.integer({ min: 0, max: ADMISSION_ALL });
    fc.assert(
      fc.property(fc.string(), fc.string(), admissions, admissions, (salt, key, a, b) => {
        const bucket = cohortBucket(salt, key);
        expect(!inCohort(bucket, Math.min(a, b)) || inCohort(bucket, Math.max(a, b))).toBe(true);
        expect(inCohort(bucket, 0)).toBe(false);
        expect(inCohort(bucket, ADMISSION_ALL)).toBe(true);
      }),
    );
  });

  it(
    'hold the share of 1,000,000 random UUIDs at each step within 0.1 points',
    { timeout: 60_000 },
    () => {
      const count = 1_000_000;
      const next = xorshift(20_240_517);
      const salt = prepareSalt('stripe');
      const ladder = [...DEFAULT_POLICY.recovery.ladder, ADMISSION_ALL];
      const inside = ladder.map(() => 0);
      for (let i = 0; i < count; i += 1) {
        const bucket = bucketOf(salt, uuid(next));
        for (let step = 0; step < ladder.length; step += 1) {
          if (inCohort(bucket, ladder[step]!)) inside[step]! += 1;
        }
      }
      for (const [step, admission] of ladder.entries()) {
        const share = (inside[step]! / count) * 100;
        expect(Math.abs(share - (admission / ADMISSION_ALL) * 100)).toBeLessThan(0.1);
      }
    },
  );

  it('are independent under two salts', () => {
    const next = xorshift(7);
    const [one, two] = [prepareSalt('stripe'), prepareSalt('mail')];
    let both = 0;
    for (let i = 0; i < 200_000; i += 1) {
      const key = uuid(next);
      if (inCohort(bucketOf(one, key), 2 ** 30) && inCohort(bucketOf(two, key), 2 ** 30)) both += 1;
    }
    expect(Math.abs(both / 200_000 - 1 / 16)).toBeLessThan(0.003);
  });
});

describe('cohorts by the last digit', () => {
  const salt = prepareSalt('stripe');

  it.each(golden.suffixes)('places $key', ({ salt: text, key, bucket, digit }) => {
    expect(hexDigitBucketOf(prepareSalt(text), key)).toBe(bucket);
    if (digit !== null) expect(Math.floor(bucket / 2 ** 28)).toBe(digit);
  });

  it('let in one digit with each sixteenth, in the order given', () => {
    for (let count = 0; count <= 16; count += 1) {
      const inside = Array.from(HEX_DIGIT_ORDER).filter((digit) =>
        inCohort(hexDigitBucketOf(salt, `account-${digit}`), count * 2 ** 28),
      );
      expect(inside.join('')).toBe(HEX_DIGIT_ORDER.slice(0, count));
    }
  });

  it('let in half of a digit with half a sixteenth', () => {
    const keys = Array.from({ length: 4_000 }, (_, i) => `account-${i}-a`);
    const inside = keys.filter((key) => inCohort(hexDigitBucketOf(salt, key), 2 ** 27)).length;
    expect(Math.abs(inside / keys.length - 0.5)).toBeLessThan(0.05);
  });

  const view: BreakerView = {
    key: 'stripe',
    version: 1,
    state: 'ramping',
    mode: 'auto',
    admission: 2 ** 28,
    salt: 'stripe',
    cohortKey: 'accountId',
    cohort: 'suffix',
    rules: [],
    call: { timeoutMs: null, stallMs: null, slowMs: null },
    retryAfterMs: null,
  };

  it('are what a decision goes by, and its end counts however long a key is', () => {
    const breaker = compileBreaker(view);
    const long = 'x'.repeat(5_000);
    expect(verdictOf(breaker, { accountId: `${long}a` })).toBe(1);
    expect(verdictOf(breaker, { accountId: `${long}b` })).toBe(0);
    expect(verdictOf(breaker, { accountId: 17 })).toBe(0);
    const { bucket } = decideAdmission(breaker, { accountId: 'acct_b' });
    expect(Math.floor((bucket ?? 0) / 2 ** 28)).toBe(1);
  });

  it('fall back to the hash for a key that ends in something else', () => {
    const hashed = compileBreaker({ ...view, cohort: 'hash' });
    const breaker = compileBreaker(view);
    for (let i = 0; i < 200; i += 1) {
      const context = { accountId: `customer-${i}z` };
      expect(verdictOf(breaker, context)).toBe(verdictOf(hashed, context));
    }
  });

  it.each([
    [0, 'nobody'],
    [0.5, 'part of …a'],
    [1, '…a'],
    [2, '…a, …b'],
    [4, '…a to …d'],
    [6.5, '…a to …f and part of …0'],
    [16, 'everybody'],
  ])('%s sixteenths read %s', (count, words) => {
    expect(formatHexDigits(count * 2 ** 28)).toBe(words);
  });
});

function xorshift(seed: number): () => number {
  let x = seed | 0;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

const HEX = Array.from({ length: 65_536 }, (_, i) => i.toString(16).padStart(4, '0'));

/** A version 4 UUID. */
function uuid(next: () => number): string {
  const [a, b, c, d] = [next(), next(), next(), next()];
  const quad = (n: number) => HEX[n & 0xffff]!;
  return `${quad(a)}${quad(a >>> 16)}-${quad(b)}-${quad((b >>> 20) | 0x4000)}-${quad((c >>> 18) | 0x8000)}-${quad(c)}${quad(d)}${quad(d >>> 16)}`;
}
