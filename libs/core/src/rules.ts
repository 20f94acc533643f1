import type { AttributeValue, Clause, Context, Operator, Rule } from './model.js';
import { compareSemver, isSemver } from './semver.js';

/** Whether a present attribute matches; null: the two cannot be compared, which is no match, negated or not. */
type Matcher = (value: AttributeValue) => boolean | null;

interface CompiledClause {
  readonly attribute: string;
  readonly negate: boolean;
  /** null: `exists`, which asks for presence alone. */
  readonly match: Matcher | null;
}

export interface CompiledRule {
  readonly rule: Rule;
  readonly always: boolean;
  readonly clauses: readonly CompiledClause[];
}

/** Prepares rules once, so that evaluating them allocates nothing (but for `ignoreCase` on capitals, and versions). */
export function compileRules(rules: readonly Rule[]): readonly CompiledRule[] {
  return rules.map((rule) => ({
    rule,
    always: rule.when === 'always',
    clauses: rule.clauses.map(compileClause),
  }));
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
    const value = attributeOf(clause.attribute, context, base);
    if (!matchesClause(clause, value)) return false;
  }
  return clauses.length > 0;
}

function matchesClause(
  { match, negate }: CompiledClause,
  value: AttributeValue | undefined,
): boolean {
  // "Does not exist" is the one question that a missing attribute answers.
  if (match === null) return (value !== undefined) !== negate;
  if (value === undefined) return false;
  const matched = match(value);
  return matched !== null && matched !== negate;
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

function isAttributeValue(value: unknown): value is AttributeValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function compileClause(clause: Clause): CompiledClause {
  const { attribute, operator, values, negate = false, ignoreCase = false } = clause;
  return {
    attribute,
    negate,
    match: operator === 'exists' ? null : matcherOf(operator, values, ignoreCase),
  };
}

function matcherOf(
  operator: Operator,
  values: readonly AttributeValue[],
  ignoreCase: boolean,
): Matcher {
  switch (operator) {
    case 'in':
      return oneOf(values, ignoreCase);
    case 'contains':
      return text(values, ignoreCase, (value, part) => value.includes(part));
    case 'starts_with':
      return text(values, ignoreCase, (value, part) => value.startsWith(part));
    case 'ends_with':
      return text(values, ignoreCase, (value, part) => value.endsWith(part));
    case 'lt':
      return numeric(values, (value, bound) => value < bound);
    case 'lte':
      return numeric(values, (value, bound) => value <= bound);
    case 'gt':
      return numeric(values, (value, bound) => value > bound);
    case 'gte':
      return numeric(values, (value, bound) => value >= bound);
    case 'semver_eq':
      return semver(values, (order) => order === 0);
    case 'semver_lt':
      return semver(values, (order) => order < 0);
    case 'semver_lte':
      return semver(values, (order) => order <= 0);
    case 'semver_gt':
      return semver(values, (order) => order > 0);
    case 'semver_gte':
      return semver(values, (order) => order >= 0);
    case 'exists':
    default:
      // An operator of a newer version: nobody can say what it means, so it matches nobody.
      return () => null;
  }
}

/** Equal as text, so that 42 typed into a form meets 42 sent by code. */
function oneOf(values: readonly AttributeValue[], ignoreCase: boolean): Matcher {
  const wanted = new Set(values.map((value) => fold(value, ignoreCase)));
  return (value) => wanted.has(fold(value, ignoreCase));
}

function text(
  values: readonly AttributeValue[],
  ignoreCase: boolean,
  test: (value: string, part: string) => boolean,
): Matcher {
  const parts = values.map((value) => fold(value, ignoreCase));
  return (value) => {
    const folded = fold(value, ignoreCase);
    for (const part of parts) if (test(folded, part)) return true;
    return false;
  };
}

function numeric(
  values: readonly AttributeValue[],
  test: (value: number, bound: number) => boolean,
): Matcher {
  const bounds = values.map(numberOf).filter((bound) => bound !== null);
  return (value) => {
    const number = numberOf(value);
    if (number === null || bounds.length === 0) return null;
    for (const bound of bounds) if (test(number, bound)) return true;
    return false;
  };
}

function semver(values: readonly AttributeValue[], test: (order: number) => boolean): Matcher {
  const bounds = values.filter((bound) => typeof bound === 'string').filter(isSemver);
  return (value) => {
    if (typeof value !== 'string' || bounds.length === 0 || !isSemver(value)) return null;
    for (const bound of bounds) if (test(compareSemver(value, bound))) return true;
    return false;
  };
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A finite number, given as such or as a decimal string; null for anything else. */
export function numberOf(value: AttributeValue): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || !DECIMAL.test(value)) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function fold(value: AttributeValue, ignoreCase: boolean): string {
  const asText = typeof value === 'string' ? value : String(value);
  return ignoreCase ? asText.toLowerCase() : asText;
}
