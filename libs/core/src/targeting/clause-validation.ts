import { cidrOf } from './cidr.js';
import { instantProblem } from './instant.js';
import {
  type AttributeValue,
  type Clause,
  type Operator,
  OPERATORS,
  SEGMENT_ATTRIBUTE,
} from '../model/rules.js';
import { readPattern } from './regex/pattern.js';
import { patternWork } from './regex/work.js';
import { numberOf } from './rules-operators.js';
import { isSemver } from './semver.js';

export const RULE_LIMITS = {
  rules: 100,
  clausesPerRule: 20,
  valuesPerClause: 1_000,
  /** Values of a segment's lists (operator in) together: each is found by one look into a set. */
  valuesPerSegment: 100_000,
  /** Of an id, an attribute's name and a value. */
  textLength: 256,
  /** Places of all patterns of a breaker's rules and of the segments they name: a bound for one decision's time. */
  patternPlaces: 2_000,
  /** Places that all patterns of a breaker's rules and segments touch at most for one character of a value: about 10 ms for the longest. */
  patternWork: 160,
  /** Different segments that a breaker's rules may name. */
  segments: 20,
} as const;

/** One reason why rules cannot be saved. */
export interface RuleProblem {
  /** Where: 'rules.2.clauses.0.values.1'. */
  readonly path: string;
  readonly message: string;
}

/** All reasons why these clauses cannot be saved. `nested`: they are a segment's, which cannot name segments. */
export function clausesProblems(
  path: string,
  clauses: readonly Clause[],
  nested = false,
): RuleProblem[] {
  return [
    ...clauseCountProblems(path, clauses),
    ...clauses
      .slice(0, RULE_LIMITS.clausesPerRule)
      .flatMap((clause, position) => clauseProblems(`${path}.${position}`, clause, nested)),
  ];
}

/** Places of all patterns of these clauses; those that cannot be used count nothing. */
export function patternPlaces(clauses: readonly Clause[]): number {
  return clauses
    .filter(({ operator }) => operator === 'matches')
    .flatMap(({ values }) => values.slice(0, RULE_LIMITS.valuesPerClause))
    .reduce<number>((sum, value) => {
      const read = readPattern(String(value));
      return sum + (read.ok ? read.size : 0);
    }, 0);
}

export function placesProblem(path: string, places: number): RuleProblem[] {
  const { patternPlaces: most } = RULE_LIMITS;
  if (places <= most) return [];
  const message = `All patterns together have ${places} places, and ${most} are allowed: each takes time in every call. Use fewer or shorter ones.`;
  return [{ path, message }];
}

/** Why these patterns could take too long in a call. Takes bounded time itself. */
export function workProblem(path: string, clauses: readonly Clause[]): RuleProblem[] {
  const budget = { left: LOOK_STEPS };
  const { patternWork: most } = RULE_LIMITS;
  let work = 0;
  for (const { operator, values, ignoreCase = false } of clauses) {
    if (operator !== 'matches') continue;
    for (const value of values.slice(0, RULE_LIMITS.valuesPerClause)) {
      const read = readPattern(String(value), ignoreCase);
      if (!read.ok) continue;
      const own = patternWork(read.root, ignoreCase, budget);
      work += own;
      if (work > most) return [{ path, message: workMessage(String(value), own) }];
    }
  }
  return [];
}

/** Steps that one check spends on looking at patterns: some milliseconds. */
const LOOK_STEPS = 400_000;

function workMessage(pattern: string, work: number): string {
  const { patternWork: most } = RULE_LIMITS;
  return work > most
    ? `The pattern "${pattern}" can take too long: it follows up to ${work} places at once, and ${most} are allowed. Use smaller counts, or begin it with "^".`
    : `All patterns together can take too long in a call: they follow more than ${most} places at once. Use fewer or shorter ones.`;
}

export function textProblems(path: string, text: string): RuleProblem[] {
  return text.length >= 1 && text.length <= RULE_LIMITS.textLength
    ? []
    : [{ path, message: `Give 1 … ${RULE_LIMITS.textLength} characters.` }];
}

function clauseCountProblems(path: string, clauses: readonly Clause[]): RuleProblem[] {
  if (clauses.length === 0) {
    return [{ path, message: 'Give a clause: without one nobody is matched.' }];
  }
  const { clausesPerRule: most } = RULE_LIMITS;
  return clauses.length > most
    ? [{ path, message: `At most ${most} clauses; there are ${clauses.length}.` }]
    : [];
}

function clauseProblems(path: string, clause: Clause, nested: boolean): RuleProblem[] {
  const { attribute, operator, values } = clause;
  const problems = textProblems(`${path}.attribute`, attribute);
  const misused = operatorProblem(operator, nested);
  if (misused !== null) return [...problems, { path: `${path}.operator`, message: misused }];
  if (operator === 'in_segment' && attribute !== SEGMENT_ATTRIBUTE) {
    const message = `A segment asks about the whole context: the attribute is always "${SEGMENT_ATTRIBUTE}".`;
    problems.push({ path: `${path}.attribute`, message });
  }
  if (operator === 'exists') {
    return values.length === 0
      ? problems
      : [...problems, { path: `${path}.values`, message: 'The operator exists takes no values.' }];
  }
  const most =
    nested && operator === 'in' ? RULE_LIMITS.valuesPerSegment : RULE_LIMITS.valuesPerClause;
  if (values.length === 0 || values.length > most) {
    const message = `A clause takes 1 … ${most} values; there are ${values.length}.`;
    return [...problems, { path: `${path}.values`, message }];
  }
  return [...problems, ...valueProblems(path, operator, values)];
}

/** The first of what is wrong: more would help nobody. */
function valueProblems(
  path: string,
  operator: Operator,
  values: readonly AttributeValue[],
): RuleProblem[] {
  const problems: RuleProblem[] = [];
  for (const [index, value] of values.entries()) {
    const message = valueProblem(operator, value);
    if (message !== null) problems.push({ path: `${path}.values.${index}`, message });
    if (problems.length === MOST_TOLD) break;
  }
  return problems;
}

/** Values of one clause that are told to be wrong. */
const MOST_TOLD = 100;

function operatorProblem(operator: string, nested: boolean): string | null {
  if (!OPERATORS.some((known) => known === operator)) {
    return `Unknown operator. Known are: ${OPERATORS.join(', ')}.`;
  }
  return nested && operator === 'in_segment'
    ? 'A segment cannot name another one. Copy its clauses, or name both in the rule.'
    : null;
}

function valueProblem(operator: Operator, value: AttributeValue): string | null {
  if (typeof value === 'string' && value.length > RULE_LIMITS.textLength) {
    return `At most ${RULE_LIMITS.textLength} characters.`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return 'Give a finite number.';
  switch (operator) {
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return numberOf(value) === null ? 'Give a number.' : null;
    case 'semver_eq':
    case 'semver_lt':
    case 'semver_lte':
    case 'semver_gt':
    case 'semver_gte':
      return typeof value === 'string' && isSemver(value)
        ? null
        : 'Give a full semantic version, such as 1.2.3 or 1.2.3-rc.1.';
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return value === '' ? 'An empty text is part of every value.' : null;
    case 'matches':
      return patternProblem(value);
    case 'before':
    case 'after':
      return instantProblem(value);
    case 'in_cidr':
      return typeof value === 'string' && cidrOf(value) !== null
        ? null
        : 'Give a block of addresses, such as 10.0.0.0/8 or 2001:db8::/32, or one address.';
    case 'in_segment':
      return value === '' || typeof value !== 'string' ? 'Give the key of a segment.' : null;
    case 'in':
    case 'exists':
      return null;
  }
}

function patternProblem(value: AttributeValue): string | null {
  if (value === '') return 'An empty pattern is found in every value.';
  const read = readPattern(String(value));
  return read.ok ? null : `At character ${read.problem.position + 1}: ${read.problem.message}`;
}
