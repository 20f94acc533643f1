import type { AttributeValue, Clause, Context, Rule, Segment } from '../model/rules.js';
import { compilePattern } from './regex/pattern.js';
import { type CompilePattern, type Matcher, matcherOf } from './rules-operators.js';

/** A segment as rules ask it. What it holds may change between two questions. */
export interface KnownSegment {
  /** null: it is not known. */
  readonly clauses: readonly CompiledClause[] | null;
}

/** The segment with a key; one whose clauses are null where there is none. */
export type FindSegment = (key: string) => KnownSegment;

export interface CompiledClause {
  readonly attribute: string;
  readonly negate: boolean;
  /** null: `exists`, which asks for presence alone. */
  readonly match: Matcher | null;
  /** Only `in_segment`: the segments that it names. */
  readonly segments: readonly KnownSegment[] | null;
}

export interface CompiledRule {
  readonly rule: Rule;
  readonly always: boolean;
  readonly clauses: readonly CompiledClause[];
}

/**
 * Prepares rules once, so that evaluating them allocates nothing (but for `ignoreCase` on capitals, versions and
 * addresses). `segments` are those that the rules name.
 */
export function compileRules(
  rules: readonly Rule[],
  segments: readonly Segment[] = [],
): readonly CompiledRule[] {
  return compileRulesWith(compilePattern, rules, listed(segments));
}

/** As `compileRules`, with what prepares the patterns of `matches`, and what finds segments. */
export function compileRulesWith(
  compile: CompilePattern,
  rules: readonly Rule[],
  find: FindSegment,
): readonly CompiledRule[] {
  return rules.map((rule) => ({
    rule,
    always: rule.when === 'always',
    clauses: rule.clauses.map((clause) => compileClause(compile, clause, find)),
  }));
}

const UNKNOWN: KnownSegment = { clauses: null };

function listed(segments: readonly Segment[]): FindSegment {
  const known = new Map(
    segments.map(({ key, clauses }) => [
      key,
      { clauses: clauses.map((clause) => compileClause(compilePattern, clause)) },
    ]),
  );
  return (key) => known.get(key) ?? UNKNOWN;
}

/** The first rule whose clauses all match, or null. A rule without clauses matches nobody. */
export function evaluateRules(
  rules: readonly Rule[],
  context: Context,
  stateIsClosed: boolean,
): Rule | null {
  return findRule(compileRules(rules), context, stateIsClosed)?.rule ?? null;
}

/** As `evaluateRules` on prepared rules. An attribute that `context` lacks is looked up in `base`. */
export function findRule(
  rules: readonly CompiledRule[],
  context: Context | undefined,
  stateIsClosed: boolean,
  base?: Context,
): CompiledRule | null {
  for (const candidate of rules) {
    if ((candidate.always || !stateIsClosed) && matchesAll(candidate.clauses, context, base)) {
      return candidate;
    }
  }
  return null;
}

/**
 * What prepares rules, and finds the one that decides. Passed to what needs it, so that a program without rules need not
 * carry it.
 */
export interface RuleEngine {
  readonly compile: typeof compileRules;
  readonly find: typeof findRule;
}

export const RULES: RuleEngine = { compile: compileRules, find: findRule };

function matchesAll(
  clauses: readonly CompiledClause[],
  context: Context | undefined,
  base: Context | undefined,
): boolean {
  for (const clause of clauses) {
    if (judgeClause(clause, context, base) !== true) return false;
  }
  return clauses.length > 0;
}

/** Whether a clause holds, negation applied; null: it cannot be said, which is no match, negated or not. */
export function judgeClause(
  { attribute, match, negate, segments }: CompiledClause,
  context: Context | undefined,
  base: Context | undefined,
): boolean | null {
  if (segments !== null) return turned(judgeSegments(segments, context, base), negate);
  const value = attributeOf(attribute, context, base);
  // "Does not exist" is the one question that a missing attribute answers.
  if (match === null) return (value !== undefined) !== negate;
  return value === undefined ? null : turned(match(value), negate);
}

function turned(matched: boolean | null, negate: boolean): boolean | null {
  return matched === null ? null : matched !== negate;
}

/** In one of them: yes; in none: no; else, when one cannot be told, it cannot be said (Kleene's "or"). */
function judgeSegments(
  segments: readonly KnownSegment[],
  context: Context | undefined,
  base: Context | undefined,
): boolean | null {
  let answer: boolean | null = false;
  for (const { clauses } of segments) {
    const member = clauses === null ? null : judgeAll(clauses, context, base);
    if (member === true) return true;
    answer = member === null ? null : answer;
  }
  return answer;
}

/** One clause that fails decides (Kleene's "and"): who is known to be outside is outside. */
function judgeAll(
  clauses: readonly CompiledClause[],
  context: Context | undefined,
  base: Context | undefined,
): boolean | null {
  let answer: boolean | null = clauses.length > 0;
  for (const clause of clauses) {
    const holds = judgeClause(clause, context, base);
    if (holds === false) return false;
    answer = holds === null ? null : answer;
  }
  return answer;
}

/** What came from outside may be anything, and every object inherits names such as `constructor`. */
export function attributeOf(
  attribute: string,
  context: Context | undefined,
  base?: Context,
): AttributeValue | undefined {
  const own = context?.[attribute];
  if (isAttributeValue(own)) return own;
  const inherited = base?.[attribute];
  return isAttributeValue(inherited) ? inherited : undefined;
}

export function isAttributeValue(value: unknown): value is AttributeValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** `find` left out: within a segment, which cannot name others. `match` left out: made of the values. */
export function compileClause(
  compile: CompilePattern,
  { attribute, operator, values, negate = false, ignoreCase = false }: Clause,
  find: FindSegment = () => UNKNOWN,
  match = operator === 'exists' ? null : matcherOf(operator, values, ignoreCase, compile),
): CompiledClause {
  const segments = operator === 'in_segment' ? values.map((key) => find(String(key))) : null;
  return { attribute, negate, match, segments };
}
