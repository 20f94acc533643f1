import {
  type CharSet,
  complement,
  DIGITS,
  LINE_ENDS,
  type Ranges,
  SPACE,
  WORD,
  WORD_ANY_CASE,
} from './char-set.js';
import { PatternReader } from './reader.js';
import type { Assertion, Node } from './syntax.js';

const EMPTY: Node = { kind: 'sequence', parts: [] };
type Classes = Readonly<Record<string, Ranges>>;
const classes = (word: Ranges): Classes => ({
  d: DIGITS,
  D: complement(DIGITS),
  w: word,
  W: complement(word),
  s: SPACE,
  S: complement(SPACE),
});
const CLASSES = classes(WORD);
const CLASSES_ANY_CASE = classes(WORD_ANY_CASE);
const ASSERTIONS: Readonly<Record<string, Assertion>> = { b: 'boundary', B: 'no_boundary' };
const MAX_COUNT = 1_000;

/**
 * Reads a pattern of the part of ECMAScript's regular expressions (flag u) that can be matched in linear time.
 * @throws PatternError
 */
export function parsePattern(pattern: string, anyCase: boolean): Node {
  const reader = new PatternReader(pattern, anyCase);
  const node = either(reader);
  if (reader.next === ')') reader.fail('This ")" closes nothing. To match it, write "\\)".');
  return node;
}

function either(reader: PatternReader): Node {
  const options = [sequence(reader)];
  while (reader.skip('|')) options.push(sequence(reader));
  const [only = EMPTY] = options;
  return options.length === 1 ? only : { kind: 'either', options };
}

function sequence(reader: PatternReader): Node {
  const parts: Node[] = [];
  while (reader.next !== '' && reader.next !== '|' && reader.next !== ')') {
    parts.push(repeated(reader));
  }
  return { kind: 'sequence', parts };
}

function repeated(reader: PatternReader): Node {
  const from = reader.position;
  const body = atom(reader);
  const bounds = quantifier(reader);
  if (bounds === null) return body;
  if (body.kind === 'assert') reader.fail('There is nothing here that could be repeated.', from);
  // How much a lazy repetition takes does not matter to a yes or no.
  reader.skip('?');
  const again = reader.position;
  if (quantifier(reader) !== null)
    reader.fail('One repetition follows another. Use a group.', again);
  return { kind: 'repeat', body, ...bounds };
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

function quantifier(reader: PatternReader): Bounds | null {
  if (reader.skip('*')) return { min: 0, max: Infinity };
  if (reader.skip('+')) return { min: 1, max: Infinity };
  if (reader.skip('?')) return { min: 0, max: 1 };
  const from = reader.position;
  if (!reader.skip('{')) return null;
  const min = reader.number();
  const open = reader.skip(',');
  const max = open ? (reader.number() ?? Infinity) : min;
  if (min === null || max === null || !reader.skip('}')) {
    return reader.fail('Give a repetition as {2}, {2,} or {2,5}. To match "{", write "\\{".', from);
  }
  if (max < min) return reader.fail('The upper count is below the lower one.', from);
  if (min > MAX_COUNT || (max > MAX_COUNT && max !== Infinity)) {
    return reader.fail(`Count up to ${MAX_COUNT} at most.`, from);
  }
  return { min, max };
}

function atom(reader: PatternReader): Node {
  const from = reader.position;
  const letter = reader.take();
  switch (letter) {
    case '^':
      return { kind: 'assert', what: 'start' };
    case '$':
      return { kind: 'assert', what: 'end' };
    case '.':
      return char({ ranges: LINE_ENDS, negate: true });
    case '(':
      return group(reader, from);
    case '[':
      return char(characterClass(reader, from));
    case '\\':
      return escape(reader);
    case '*':
    case '+':
    case '?':
      return reader.fail(`There is nothing here that "${letter}" could repeat.`, from);
    case '{':
    case '}':
    case ']':
      return reader.fail(`To match "${letter}", write "\\${letter}".`, from);
    default:
      return literal(letter.codePointAt(0) ?? 0);
  }
}

function group(reader: PatternReader, from: number): Node {
  if (reader.startsWith('?') && !reader.skip('?:')) return refuseGroup(reader, from);
  const node = either(reader);
  if (!reader.skip(')')) return reader.fail('This "(" is not closed.', from);
  // An assertion in a group may be repeated; it is the same as one.
  return { kind: 'sequence', parts: [node] };
}

/** What begins with "(?" and is no plain group, by what it begins with. */
const GROUPS: readonly (readonly [RegExp, string])[] = [
  [
    /^\?[a-zA-Z]*-?[a-zA-Z]*[:)]/,
    'Flags in a pattern, such as (?i), are not known here. For any case, set "ignore case" on the clause.',
  ],
  [/^\?(?:<?[=!])/, 'Looking around, as in (?=…), cannot be matched in linear time.'],
  [/^\?P?[<']/, 'Groups have no names here: nothing could use them. Write (…).'],
  [/^\?#/, 'Comments have no place in a pattern. Describe the rule instead.'],
  [/^\?>/, 'There are no atomic groups (?>…) here: nothing backtracks. Write (…).'],
];

function refuseGroup(reader: PatternReader, from: number): never {
  const found = GROUPS.find(([start]) => start.test(reader.rest));
  return reader.fail(found?.[1] ?? 'Only plain groups are known here: (…) and (?:…).', from);
}

function escape(reader: PatternReader): Node {
  const ranges = classesOf(reader)[reader.next];
  if (ranges !== undefined) {
    reader.take();
    return char({ ranges, negate: false });
  }
  const what = ASSERTIONS[reader.next];
  if (what !== undefined) {
    reader.take();
    return { kind: 'assert', what };
  }
  return literal(reader.escaped(''));
}

function characterClass(reader: PatternReader, from: number): CharSet {
  const negate = reader.skip('^');
  const ranges: (readonly [number, number])[] = [];
  while (!reader.skip(']')) {
    if (reader.next === '') return reader.fail('This "[" is not closed.', from);
    const posix = /^\[[:.=]\^?(\w+)[:.=]\]/.exec(reader.rest);
    if (posix !== null) {
      return reader.fail(
        `Classes such as ${posix[0]} are not known here. Write the characters: a-z, A-Z, 0-9, \\d, \\w or \\s.`,
      );
    }
    ranges.push(...classItem(reader));
  }
  return { ranges, negate };
}

function classItem(reader: PatternReader): Ranges {
  const from = reader.position;
  const first = classMember(reader);
  if (!reader.startsWith('-') || reader.startsWith('-]')) return first;
  reader.skip('-');
  const last = classMember(reader);
  const [start] = first;
  const [end] = last;
  if (!isSingle(first) || !isSingle(last) || start === undefined || end === undefined) {
    return reader.fail('A range goes from one character to another: a-z.', from);
  }
  if (end[0] < start[0]) return reader.fail('This range runs backwards.', from);
  return [[start[0], end[0]]];
}

function classMember(reader: PatternReader): Ranges {
  const letter = reader.take();
  if (letter !== '\\') {
    if (letter === '') return reader.fail('This "[" is not closed.');
    return single(letter.codePointAt(0) ?? 0);
  }
  const ranges = classesOf(reader)[reader.next];
  if (ranges !== undefined) {
    reader.take();
    return ranges;
  }
  if (reader.skip('b')) return single(8);
  return single(reader.escaped('-'));
}

function isSingle(ranges: Ranges): boolean {
  const [range] = ranges;
  return ranges.length === 1 && range !== undefined && range[0] === range[1];
}

function classesOf({ anyCase }: PatternReader): Classes {
  return anyCase ? CLASSES_ANY_CASE : CLASSES;
}

function single(code: number): Ranges {
  return [[code, code]];
}

function char(set: CharSet): Node {
  return { kind: 'char', set };
}

function literal(code: number): Node {
  return char({ ranges: single(code), negate: false });
}
