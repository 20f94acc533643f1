import { type CharSet, CharTest, isWord } from './char-set.js';
import { type Assertion, type Node, PatternError } from './syntax.js';

/** One instruction of Thompson's machine, ready to run. `to` is where it goes on; `or`, where else. */
export type Instruction =
  Exclude<Link, { readonly op: 'char' }> | { readonly op: 'char'; readonly test: CharTest };

/** One instruction with the set that it asks for. */
export type Link =
  | { readonly op: 'char'; readonly set: CharSet }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'split'; to: number; or: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'match' };

/** How many instructions a pattern becomes, without making them: counts multiply what they repeat. */
function sizeOf(node: Node): number {
  switch (node.kind) {
    case 'char':
    case 'assert':
      return 1;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 0);
    case 'either':
      return node.options.reduce((sum, option) => sum + sizeOf(option) + 2, -2);
    case 'repeat':
      return sizeOfRepeat(sizeOf(node.body), node.min, node.max);
  }
}

function sizeOfRepeat(body: number, min: number, max: number): number {
  if (body === 0) return 0;
  return max === Infinity ? min * body + body + 2 : min * body + (max - min) * (body + 1);
}

/**
 * How many instructions the pattern becomes, told before any is made: nested counts multiply to sizes without bound.
 * @throws PatternError when they are more than `limit`
 */
export function programSize(root: Node, limit: number): number {
  const size = sizeOf(root) + 1;
  if (size <= limit) return size;
  const message = `Written out, this pattern has more than ${limit} places. Use smaller counts, or fewer of them.`;
  throw new PatternError(0, message);
}

/** The instructions of a pattern whose size has been looked at, ready to run. Places of one repetition share their test. */
export function compileProgram(root: Node, anyCase: boolean): Instruction[] {
  const tests = new Map<CharSet, CharTest>();
  return linkProgram(root).map((link) => {
    if (link.op !== 'char') return link;
    const test = tests.get(link.set) ?? new CharTest(link.set, anyCase);
    tests.set(link.set, test);
    return { op: 'char', test };
  });
}

/** The instructions of a pattern whose size has been looked at. */
export function linkProgram(root: Node): Link[] {
  const code: Link[] = [];
  emit(root, code);
  code.push({ op: 'match' });
  return code;
}

function emit(node: Node, code: Link[]): void {
  switch (node.kind) {
    case 'char':
      code.push({ op: 'char', set: node.set });
      break;
    case 'assert':
      code.push({ op: 'assert', what: node.what });
      break;
    case 'sequence':
      for (const part of node.parts) emit(part, code);
      break;
    case 'either':
      emitEither(node.options, code);
      break;
    case 'repeat':
      // What takes no place can be repeated as often as one likes.
      if (sizeOf(node.body) > 0) emitRepeat(node, code);
      break;
  }
}

function emitEither(options: readonly Node[], code: Link[]): void {
  const ends: { to: number }[] = [];
  for (const [index, option] of options.entries()) {
    const last = index === options.length - 1;
    const split = { op: 'split' as const, to: code.length + 1, or: 0 };
    if (!last) code.push(split);
    emit(option, code);
    if (last) break;
    const end = { op: 'jump' as const, to: 0 };
    code.push(end);
    ends.push(end);
    split.or = code.length;
  }
  for (const end of ends) end.to = code.length;
}

function emitRepeat({ body, min, max }: Extract<Node, { kind: 'repeat' }>, code: Link[]): void {
  for (let i = 0; i < min; i += 1) emit(body, code);
  if (max === Infinity) {
    const split = { op: 'split' as const, to: code.length + 1, or: 0 };
    const start = code.length;
    code.push(split);
    emit(body, code);
    code.push({ op: 'jump', to: start });
    split.or = code.length;
    return;
  }
  const skips: { or: number }[] = [];
  for (let i = min; i < max; i += 1) {
    const split = { op: 'split' as const, to: code.length + 1, or: 0 };
    code.push(split);
    skips.push(split);
    emit(body, code);
  }
  for (const skip of skips) skip.or = code.length;
}

/** What stands before a place, as far as an assertion asks. */
export type Before = 'start' | 'word' | 'other';

/** Whether an assertion holds in front of the code point `after`; -1: at the end. */
export function holds(what: Assertion, before: Before, after: number, anyCase: boolean): boolean {
  switch (what) {
    case 'start':
      return before === 'start';
    case 'end':
      return after === -1;
    case 'boundary':
      return (before === 'word') !== isWord(after, anyCase);
    case 'no_boundary':
      return (before === 'word') === isWord(after, anyCase);
  }
}
