import { ADMISSION_SIXTEENTH, formatAdmission } from '../model/admission.js';
import type { RecoveryPolicy } from '../model/model.js';
import { group, plural } from '../model/words.js';

/** Of the sixteen last digits, so many are letters. */
const LETTERS = 6;

/** How the keys that were seen end, by number. */
export interface KeyEndings {
  /** What the keys are of: "accountId". */
  readonly attribute: string;
  /** a to f. */
  readonly letters: number;
  readonly digits: number;
  /** Keys with another ending, which lie where their hash says. */
  readonly others: number;
}

/** Of hexadecimal keys, 62.5% end in a decimal digit. Keys of which more than this share do are hardly such. */
const MOSTLY_DECIMAL = 0.8;

/**
 * What to know before keys are admitted by their last digit; null: nothing. Letters come first, and decimal ids end in
 * none: steps up to 6/16 admit nobody then. `seen` says how known keys end; left out: none are known.
 */
export function suffixWarning(
  { cohort, ladder }: Pick<RecoveryPolicy, 'cohort' | 'ladder'>,
  seen?: KeyEndings,
): string | null {
  const lettersOnly = LETTERS * ADMISSION_SIXTEENTH;
  const empty = ladder.filter((step) => step <= lettersOnly).length;
  if (cohort !== 'suffix' || empty === 0) return null;
  const above = formatAdmission(lettersOnly);
  const steps = `the first ${empty} of ${plural(ladder.length, 'step')}`;
  const advice = 'Use the hash, or start the ladder higher.';
  const known = seen === undefined ? 0 : seen.letters + seen.digits + seen.others;
  if (seen === undefined || known === 0) {
    const unknown =
      seen === undefined
        ? ''
        : ` No rule or segment names a value of "${seen.attribute}", so it is not known how keys end.`;
    return `Keys that end in a decimal digit are admitted only above ${above}. If all keys do, ${steps} admit nobody. ${advice}${unknown}`;
  }
  if (seen.digits <= known * MOSTLY_DECIMAL) return null;
  const share = seen.digits === known ? 'all' : group(seen.digits);
  return (
    `Of the ${plural(known, 'value')} of "${seen.attribute}" that rules and segments name, ${share} end in a decimal digit. ` +
    `Such keys are admitted only above ${above}: ${steps} admit none of them. ${advice}`
  );
}
