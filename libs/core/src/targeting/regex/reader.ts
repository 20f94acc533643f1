import { LAST_CODE_POINT } from './char-set.js';
import { PatternError } from './syntax.js';

const CONTROL: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '0': 0 };
const PROPERTY =
  'Properties such as \\p{L} are not known: write the characters, such as [a-zà-ÿ], or any but some: [^\\s\\d].';
/** What other kinds of regular expressions have. */
const MEANT_ELSEWHERE: Readonly<Record<string, string>> = {
  p: PROPERTY,
  P: PROPERTY,
  A: 'For the start of the text, write "^".',
  z: 'For the end of the text, write "$".',
  Z: 'For the end of the text, write "$".',
  h: 'For blanks, write "[ \\t]".',
  R: 'For the end of a line, write "\\r?\\n".',
  Q: 'Put a backslash before each character that means something else.',
  E: 'Put a backslash before each character that means something else.',
};
const SYNTAX = '^$\\.*+?()[]{}|/';

/** Goes through a pattern character by character. */
export class PatternReader {
  readonly #text: string;
  #at = 0;

  /** Whether letters stand for all their cases. */
  readonly anyCase: boolean;

  constructor(text: string, anyCase: boolean) {
    this.#text = text;
    this.anyCase = anyCase;
  }

  /** What has not been read yet. */
  get rest(): string {
    return this.#text.slice(this.#at);
  }

  get position(): number {
    return this.#at;
  }

  /** The next character; '' at the end. */
  get next(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  take(): string {
    const { next } = this;
    this.#at += next.length;
    return next;
  }

  startsWith(part: string): boolean {
    return this.#text.startsWith(part, this.#at);
  }

  skip(part: string): boolean {
    if (!this.startsWith(part)) return false;
    this.#at += part.length;
    return true;
  }

  /** Digits from here on as a number; null when there are none. */
  number(): number | null {
    const from = this.#at;
    while (this.next >= '0' && this.next <= '9') this.#at += 1;
    return this.#at === from ? null : Number(this.#text.slice(from, this.#at));
  }

  back(position: number): void {
    this.#at = position;
  }

  fail(message: string, position = this.#at): never {
    throw new PatternError(position, message);
  }

  /** The code point that an escape stands for, read after its backslash. `more`: what else may be escaped here. */
  escaped(more: string): number {
    const from = this.#at - 1;
    const letter = this.take();
    if (letter === '') return this.fail('A backslash at the end escapes nothing.', from);
    const control = CONTROL[letter];
    if (control !== undefined) {
      if (letter === '0' && /\d/.test(this.next)) return this.fail(NO_BACK_REFERENCE, from);
      return control;
    }
    if (letter === 'x') return this.#hex(2, from);
    if (letter === 'u') return this.#unicode(from);
    if (SYNTAX.includes(letter) || more.includes(letter)) return letter.codePointAt(0) ?? 0;
    if (/[1-9k]/.test(letter)) return this.fail(NO_BACK_REFERENCE, from);
    const meant = MEANT_ELSEWHERE[letter];
    const hint = meant ?? `To match "${letter}", leave out the backslash.`;
    return this.fail(`\\${letter} has no meaning here. ${hint}`, from);
  }

  /** \u{1F600}, \u0041, or the two halves of a pair: \ud83d\ude00. */
  #unicode(from: number): number {
    const code = this.skip('{') ? this.#braced(from) : this.#hex(4, from);
    if (code < 0xd800 || code > 0xdfff) return code;
    const isFirst = code < 0xdc00 && this.#text[this.#at - 1] !== '}';
    const second = isFirst ? /^\\u(d[c-f][\da-f]{2})/i.exec(this.rest)?.[1] : undefined;
    if (second === undefined) {
      return this.fail('Half of a surrogate pair is not a character. Write \\u{1F600}.', from);
    }
    this.#at += 6;
    return 0x10000 + (code - 0xd800) * 0x400 + (Number.parseInt(second, 16) - 0xdc00);
  }

  #hex(digits: number, from: number): number {
    const text = this.#text.slice(this.#at, this.#at + digits);
    if (text.length < digits || !/^[\da-f]+$/i.test(text)) {
      return this.fail(`Give ${digits} hexadecimal digits here.`, from);
    }
    this.#at += digits;
    return Number.parseInt(text, 16);
  }

  #braced(from: number): number {
    const end = this.#text.indexOf('}', this.#at);
    const text = end < 0 ? '' : this.#text.slice(this.#at, end);
    const code = /^[\da-f]{1,6}$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
    if (!(code <= LAST_CODE_POINT)) return this.fail('Give a code point: \\u{1F600}.', from);
    this.#at = end + 1;
    return code;
  }
}

const NO_BACK_REFERENCE =
  'Back references are not supported, as they cannot be matched in linear time.';
