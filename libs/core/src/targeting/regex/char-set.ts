import { casesOf } from './case-folding.js';

/** Code points as pairs [first, last], both included. */
export type Ranges = readonly (readonly [number, number])[];

/** One place of a pattern: which characters may stand there. */
export interface CharSet {
  readonly ranges: Ranges;
  readonly negate: boolean;
}

export const DIGITS: Ranges = [[48, 57]];
export const WORD: Ranges = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
/** In any case "ſ" is an "s" and the sign of Kelvin a "k", so that they are of a word. */
export const WORD_ANY_CASE: Ranges = [...WORD, [0x17f, 0x17f], [0x212a, 0x212a]];
/** White space and line ends as ECMAScript has them. */
export const SPACE: Ranges = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
export const LINE_ENDS: Ranges = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];
export const LAST_CODE_POINT = 0x10ffff;

/** All code points that are in none of the ranges. */
export function complement(ranges: Ranges): Ranges {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > next) gaps.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= LAST_CODE_POINT) gaps.push([next, LAST_CODE_POINT]);
  return gaps;
}

function inRanges(ranges: Ranges, code: number): boolean {
  for (const range of ranges) if (code >= range[0] && code <= range[1]) return true;
  return false;
}

export function isWord(code: number, anyCase: boolean): boolean {
  return inRanges(anyCase ? WORD_ANY_CASE : WORD, code);
}

/** Whether a character is in the set, or in any case one that is the same letter. */
export function inSet({ ranges, negate }: CharSet, code: number, anyCase: boolean): boolean {
  const found =
    inRanges(ranges, code) || (anyCase && casesOf(code).some((one) => inRanges(ranges, one)));
  return found !== negate;
}

/** A set prepared for asking: ASCII by a bitmap, the rest by its ranges. */
export class CharTest {
  readonly #ascii = new Uint8Array(128);
  readonly #set: CharSet;
  readonly #anyCase: boolean;

  constructor(set: CharSet, anyCase: boolean) {
    this.#set = set;
    this.#anyCase = anyCase;
    for (let code = 0; code < 128; code += 1) this.#ascii[code] = Number(this.#look(code));
  }

  has(code: number): boolean {
    return code < 128 ? this.#ascii[code] === 1 : this.#look(code);
  }

  #look(code: number): boolean {
    return inSet(this.#set, code, this.#anyCase);
  }
}
