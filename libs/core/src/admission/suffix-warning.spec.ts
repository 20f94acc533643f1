import { describe, expect, it } from 'vitest';
import { ADMISSION_ALL } from '../model/admission.js';
import { prepareSalt } from './cohort.js';
import { hexDigitBucketOf } from './hex-digit-cohort.js';
import { suffixWarning } from './suffix-warning.js';

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
    [
      { letters: 0, digits: 1_204, others: 0 },
      'Of the 1,204 values of "accountId" that rules and segments name, all end',
    ],
    [
      { letters: 1, digits: 98, others: 1 },
      'Of the 100 values of "accountId" that rules and segments name, 98 end',
    ],
    [{ letters: 375, digits: 625, others: 0 }, null],
    [{ letters: 0, digits: 0, others: 5 }, null],
    [
      { letters: 0, digits: 0, others: 0 },
      'Keys that end in a decimal digit are admitted only above 37.5%.',
    ],
  ])('warns by how the known keys end: %j', (endings, begin) => {
    const warning = suffixWarning(
      { cohort: 'suffix', ladder },
      { attribute: 'accountId', ...endings },
    );
    if (begin === null) expect(warning).toBeNull();
    else expect(warning?.startsWith(begin)).toBe(true);
    if (begin !== null) expect(warning).toContain('the first 3 of 4 steps admit');
  });

  it('says when nothing is known of the keys', () => {
    const endings = { attribute: 'accountId', letters: 0, digits: 0, others: 0 };
    expect(suffixWarning({ cohort: 'suffix', ladder }, endings)).toContain(
      'No rule or segment names a value of "accountId", so it is not known how keys end.',
    );
  });

  it.each([
    ['that goes by the hash', { cohort: 'hash', ladder } as const],
    ['that starts above the letters', { cohort: 'suffix', ladder: ladder.slice(3) } as const],
  ])('comes without one %s', (_, recovery) => {
    expect(suffixWarning(recovery)).toBeNull();
  });
});
