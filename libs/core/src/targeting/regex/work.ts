import { casesOf } from './case-folding.js';
import { type CharSet, inSet } from './char-set.js';
import { linkProgram, type Link } from './program.js';
import type { Node } from './syntax.js';

/** Different characters and states that are followed; a pattern with more counts in full. */
const SYMBOLS_MAX = 48;
const STATES_MAX = 1_000;

/** Steps that may still be spent on looking at patterns. */
export interface LookBudget {
  left: number;
}

/**
 * How many places of the pattern one character can touch at most: with the length of a text, a bound for the time of a test.
 * Follows the pattern's sets of places (R. Cox, "Regular Expression Matching Can Be Simple And Fast", 2007); one that has too
 * many, or for which nothing of the budget is left, counts all its places.
 */
export function patternWork(root: Node, anyCase: boolean, budget: LookBudget): number {
  const code = linkProgram(root);
  const symbols = symbolsOf(code, anyCase);
  if (symbols === null) return code.length;
  const table = code.map((link) =>
    link.op === 'char' ? symbols.map((symbol) => inSet(link.set, symbol, anyCase)) : null,
  );
  const start = closure(code, [0], true);
  const seen = new Set<string>();
  const waiting = [start];
  let most = start.touched;
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    budget.left -= symbols.length * state.touched;
    if (budget.left < 0 || seen.size > STATES_MAX) return code.length;
    for (let symbol = 0; symbol < symbols.length; symbol += 1) {
      const places = state.waiting.filter((place) => table[place]?.[symbol] === true);
      const next = closure(code, [0, ...places.map((place) => place + 1)], false);
      const name = next.waiting.join(' ');
      most = Math.max(most, next.touched);
      if (seen.has(name)) continue;
      seen.add(name);
      waiting.push(next);
    }
  }
  return most;
}

interface Places {
  /** Those that wait for a character. */
  readonly waiting: readonly number[];
  /** All that were gone through to find them. */
  readonly touched: number;
}

/** All places that are reached without a character. Assertions count as true, but for the start of the text. */
function closure(code: readonly Link[], from: readonly number[], atStart: boolean): Places {
  const seen = new Set<number>();
  const stack = [...from];
  const waiting: number[] = [];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    const link = code[place];
    if (link?.op === 'char') waiting.push(place);
    else if (link?.op === 'jump') stack.push(link.to);
    else if (link?.op === 'split') stack.push(link.to, link.or);
    else if (link?.op === 'assert' && (atStart || link.what !== 'start')) stack.push(place + 1);
  }
  return { waiting: waiting.sort((a, b) => a - b), touched: seen.size };
}

/** One character of each kind that the pattern tells apart; null: too many. */
function symbolsOf(code: readonly Link[], anyCase: boolean): readonly number[] | null {
  const edges = new Set<number>([0]);
  const add = (code: number) => edges.add(code).add(code + 1);
  for (const set of setsOf(code)) {
    for (const [first, last] of set.ranges) {
      edges.add(first).add(last + 1);
      if (anyCase) for (const other of [...casesOf(first), ...casesOf(last)]) add(other);
    }
    if (edges.size > SYMBOLS_MAX * 8) return null;
  }
  const sets = setsOf(code);
  const kinds = new Map<string, number>();
  for (const edge of edges) {
    const kind = sets.map((set) => (inSet(set, edge, anyCase) ? '1' : '0')).join('');
    if (!kinds.has(kind)) kinds.set(kind, edge);
    if (kinds.size > SYMBOLS_MAX) return null;
  }
  return [...kinds.values()];
}

/** The different sets; places of one repetition share theirs. */
function setsOf(code: readonly Link[]): readonly CharSet[] {
  return [...new Set(code.flatMap((link) => (link.op === 'char' ? [link.set] : [])))];
}
