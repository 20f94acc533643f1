import { attributeOf, type CompiledClause, compileClause, type KnownSegment } from './rules.js';
import { type CompilePattern, fold, memberOf } from './rules-operators.js';
import type { Clause, Context, Segment, SegmentEdit } from '../model/rules.js';

/**
 * The content of a segment whose lists grow and shrink in place: 100,000 values stand in one set, which takes each
 * edit in the time of the edit.
 */
class LiveContent {
  readonly compiled: readonly CompiledClause[];
  readonly #clauses: Clause[];
  readonly #sets: readonly (Set<string> | null)[];

  constructor(clauses: readonly Clause[], compile: CompilePattern) {
    this.#sets = clauses.map(({ operator, values, ignoreCase = false }) =>
      operator === 'in' ? new Set(values.map((value) => fold(value, ignoreCase))) : null,
    );
    // The values of a list stand in its set alone.
    this.#clauses = clauses.map((clause, at) =>
      this.#sets[at] === null ? clause : { ...clause, values: [] },
    );
    this.compiled = this.#clauses.map((clause, at) => this.#compile(clause, at, compile));
  }

  /** False for a clause that is not there, or is no list (`in`): others come whole. */
  edit({ clause: at, add = [], remove = [] }: SegmentEdit): boolean {
    const [clause, set] = [this.#clauses[at], this.#sets[at]];
    if (clause === undefined || !set) return false;
    const { ignoreCase = false } = clause;
    for (const value of remove) set.delete(fold(value, ignoreCase));
    for (const value of add) set.add(fold(value, ignoreCase));
    return true;
  }

  /** Clauses that match the same contexts. */
  clauses(): readonly Clause[] {
    return this.#clauses.map((clause, at) => {
      const set = this.#sets[at];
      return set ? { ...clause, values: [...set] } : clause;
    });
  }

  #compile(clause: Clause, at: number, compile: CompilePattern): CompiledClause {
    const set = this.#sets[at];
    return set
      ? compileClause(compile, clause, undefined, memberOf(set, clause.ignoreCase ?? false))
      : compileClause(compile, clause);
  }
}

class InstanceLocation implements KnownSegment {
  content: LiveContent | null = null;

  get clauses(): readonly CompiledClause[] | null {
    return this.content === null ? null : this.content.compiled;
  }
}

/** A piece of what a book is given: a segment's clauses, with all values or the first ones, or an edit of one clause. */
export type SegmentPiece =
  | { readonly key: string; readonly clauses: readonly Clause[] }
  | (SegmentEdit & { readonly key: string });

/**
 * All segments that the rules of an environment name, each held once however many breakers name it. What comes is put
 * aside until `apply`, so that it takes effect in the same moment as the breakers that came with it.
 */
export class SegmentBook {
  readonly #compile: CompilePattern;
  readonly #places = new Map<string, InstanceLocation>();
  #fresh = new Map<string, LiveContent>();
  #edits: (SegmentEdit & { readonly key: string })[] = [];

  /** Rises with each change. */
  version = 0;

  /** `compile`: what prepares the patterns of `matches`. */
  constructor(compile: CompilePattern) {
    this.#compile = compile;
  }

  /** Finds a segment for rules. What is found stays the same when its content changes, comes or goes. */
  readonly find = (key: string): KnownSegment => this.#place(key);

  /** How many are known. */
  get size(): number {
    let known = 0;
    for (const { content } of this.#places.values()) if (content !== null) known += 1;
    return known;
  }

  has(key: string): boolean {
    return (this.#places.get(key)?.content ?? null) !== null;
  }

  /** Puts a piece aside. False for an edit of what is not known, or cannot be edited. */
  take(piece: SegmentPiece): boolean {
    if ('clauses' in piece) {
      this.#fresh.set(piece.key, new LiveContent(piece.clauses, this.#compile));
      return true;
    }
    const fresh = this.#fresh.get(piece.key);
    if (fresh !== undefined) return fresh.edit(piece);
    this.#edits.push(piece);
    return this.has(piece.key);
  }

  /** Puts in force what was put aside. `whole`: all others are forgotten. */
  apply(whole: boolean): void {
    if (this.#fresh.size + this.#edits.length > 0) this.version += 1;
    if (whole) this.keep((key) => this.#fresh.has(key));
    for (const piece of this.#edits) this.#places.get(piece.key)?.content?.edit(piece);
    for (const [key, content] of this.#fresh) this.#place(key).content = content;
    this.discard();
  }

  /** Forgets what was put aside. */
  discard(): void {
    this.#fresh = new Map();
    this.#edits = [];
  }

  /** Forgets the content of all others. */
  keep(isKept: (key: string) => boolean): void {
    for (const [key, location] of this.#places) {
      if (location.content === null || isKept(key)) continue;
      location.content = null;
      this.version += 1;
    }
  }

  /** All that are known, by key, with clauses that match the same contexts as those that came. */
  all(): { readonly key: string; readonly clauses: readonly Clause[] }[] {
    return [...this.#places].flatMap(([key, { content }]) =>
      content === null ? [] : [{ key, clauses: content.clauses() }],
    );
  }

  #place(key: string): InstanceLocation {
    let location = this.#places.get(key);
    if (location === undefined) {
      location = new InstanceLocation();
      this.#places.set(key, location);
    }
    return location;
  }
}

/** Values up to which a list is prepared for one question. */
const SHORT = 1_000;

/** Segments that say the same of this one context: of long lists, the values that it has. */
export function segmentsFor(
  segments: readonly Segment[],
  context: Context,
  base?: Context,
): readonly Segment[] {
  return segments.map(({ key, clauses }) => ({
    key,
    clauses: clauses.map((clause) => {
      const { operator, attribute, values, ignoreCase = false } = clause;
      if (operator !== 'in' || values.length <= SHORT) return clause;
      const asked = attributeOf(attribute, context, base);
      if (asked === undefined) return { ...clause, values: values.slice(0, 1) };
      const folded = fold(asked, ignoreCase);
      return { ...clause, values: values.filter((value) => fold(value, ignoreCase) === folded) };
    }),
  }));
}
