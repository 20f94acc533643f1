import { describe, expect, it } from 'vitest';
import { ADMISSION_ALL } from '../model/admission.js';
import { prepareSalt } from './cohort.js';
import { hexDigitBucketOf, suffixWarning } from './hex-digit-cohort.js';

const ladder = [1 / 16, 1 / 8, 1 / 4, 1 / 2].map((share) => share * ADMISSION_ALL);

describe('a ladder by the last digit', () => {
  it('comes with a warning as to decimal ids, which counts the steps that admit none of them', () => {
    expect(suffixWarning({ cohort: 'suffix', ladder })).toBe(
      'Keys that end in a decimal digit are admitted only above 37.5%. If all keys do, ' +
        'the first 3 of 4 steps admit nobody. Use the hash, or start the ladder higher.',
    );
    const salt = prepareSalt('salt');
    const least = Math.min(
      ...Array.from({ length: 1_000 }, (_, id) => hexDigitBucketOf(salt, `${id}`)),
    );
    expect(ladder.filter((step) => least >= step)).toHaveLength(3);
  });

  it.each([
    ['that goes by the hash', { cohort: 'hash', ladder } as const],
    ['that starts above the letters', { cohort: 'suffix', ladder: ladder.slice(3) } as const],
  ])('comes without one %s', (_, recovery) => {
    expect(suffixWarning(recovery)).toBeNull();
  });
});
