import { ADMISSION_SIXTEENTH, sixteenths } from '../model/admission.js';
import { bucketOf, type CohortSalt } from './cohort.js';
import type { Admission } from '../model/model.js';

/** The order in which last digits are let in, one sixteenth each: letters first, as teams do it by hand. */
export const HEX_DIGIT_ORDER = 'abcdef0123456789';

const LETTERS = 6;

/**
 * A key's place by its last hex digit, 0…2³²−1: "…a" lies in the first sixteenth, "…b" in the second, "…9" in the last.
 * Inside its sixteenth a key lies where its hash says, so that steps between two sixteenths work, and are nested, too.
 * A key that does not end in a hex digit lies where its hash says. Allocates nothing.
 *
 * `hashed` is the part of the key that is hashed, where that is not all of it.
 */
export function hexDigitBucketOf(salt: CohortSalt, key: string, hashed: string = key): number {
  const digit = rankOfDigit(key.charCodeAt(key.length - 1));
  const bucket = bucketOf(salt, hashed);
  return digit < 0 ? bucket : digit * ADMISSION_SIXTEENTH + (bucket >>> 4);
}

/** 0…15 in SUFFIX_ORDER; −1 for what is no hex digit. */
function rankOfDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + LETTERS;
  // Upper and lower case differ in this bit alone.
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 : -1;
}

/** Who is in at an admission, in words: "…a", "…a, …b", "…a to …d and part of …e", "everybody". */
export function formatHexDigits(admission: Admission): string {
  const count = sixteenths(admission);
  const whole = Math.floor(count);
  if (whole >= HEX_DIGIT_ORDER.length) return 'everybody';
  const name = (index: number) => `…${HEX_DIGIT_ORDER[index] ?? ''}`;
  const full =
    whole === 0
      ? ''
      : whole === 1
        ? name(0)
        : whole === 2
          ? `${name(0)}, ${name(1)}`
          : `${name(0)} to ${name(whole - 1)}`;
  if (count === whole) return full === '' ? 'nobody' : full;
  const part = `part of ${name(whole)}`;
  return full === '' ? part : `${full} and ${part}`;
}
