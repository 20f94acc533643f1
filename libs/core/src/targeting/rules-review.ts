import { instantOf } from './instant.js';
import { numberOf } from './rules-operators.js';
import type { AttributeValue, Clause, Rule } from '../model/rules.js';

/** Something that can be saved and is probably not meant. */
export interface RuleWarning {
  readonly ruleId: string;
  readonly message: string;
}

/**
 * Rules that can never decide: those whose clauses contradict each other, and those that an earlier rule takes
 * everything from. What it says is certain; what it does not see (patterns, segments) it leaves alone.
 */
export function reviewRules(rules: readonly Rule[]): readonly RuleWarning[] {
  return rules.flatMap((rule, index): RuleWarning[] => {
    const contradiction = contradictionIn(rule.clauses);
    if (contradiction !== null) return [{ ruleId: rule.id, message: contradiction }];
    const earlier = rules.slice(0, index).find((other) => takesAll(other, rule));
    if (earlier === undefined) return [];
    const message = `Never decides: "${earlier.id}" matches the same contexts before.`;
    return [{ ruleId: rule.id, message }];
  });
}

/** Whether `earlier` matches whenever `later` does. */
function takesAll(earlier: Rule, later: Rule): boolean {
  if (earlier.when === 'not_closed' && later.when === 'always') return false;
  return (
    earlier.clauses.length > 0 &&
    earlier.clauses.every((wanted) => later.clauses.some((given) => implies(given, wanted)))
  );
}

/** Whether `wanted` holds wherever `given` does. */
function implies(given: Clause, wanted: Clause): boolean {
  if (given.attribute !== wanted.attribute) return false;
  const isSame = given.operator === wanted.operator && isNegated(given) === isNegated(wanted);
  // Every other operator needs the attribute to be there.
  if (wanted.operator === 'exists' && !isNegated(wanted)) return !asksForAbsence(given);
  if (!isSame || (given.ignoreCase === true) !== (wanted.ignoreCase === true)) return false;
  const [fewer, more] = isNegated(given) ? [wanted, given] : [given, wanted];
  return fewer.values.every((value) =>
    more.values.some((other) => String(other) === String(value)),
  );
}

function contradictionIn(clauses: readonly Clause[]): string | null {
  for (const [index, one] of clauses.entries()) {
    for (const other of clauses.slice(index + 1)) {
      if (one.attribute === other.attribute && excludes(one, other)) {
        return `Never matches: no "${one.attribute}" satisfies both of its clauses.`;
      }
    }
  }
  return null;
}

function excludes(a: Clause, b: Clause): boolean {
  if (asksForAbsence(a) !== asksForAbsence(b)) return true;
  if (a.operator === 'in' && b.operator === 'in') return excludesValues(a, b);
  return rangeOf(a) !== null && rangeOf(b) !== null && isEmpty(rangeOf(a), rangeOf(b));
}

/** One-of against one-of without a value in common, or against none-of that leaves nothing. */
function excludesValues(a: Clause, b: Clause): boolean {
  if (a.ignoreCase === true || b.ignoreCase === true) return false;
  const has = ({ values }: Clause, value: AttributeValue) =>
    values.some((one) => String(one) === String(value));
  if (!isNegated(a) && !isNegated(b)) return !a.values.some((value) => has(b, value));
  if (isNegated(a) && isNegated(b)) return false;
  const [wanted, unwanted] = isNegated(b) ? [a, b] : [b, a];
  return wanted.values.every((value) => has(unwanted, value));
}

/** Values above `low` and below `high`; a bound itself counts where it is `closed`. */
interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowClosed: boolean;
  readonly highClosed: boolean;
}

const ALL: Range = { low: -Infinity, high: Infinity, lowClosed: false, highClosed: false };

/** Values OR-ed: the weakest bound counts. null: it is no such comparison. */
function rangeOf(clause: Clause): Range | null {
  if (isNegated(clause)) return null;
  const isTime = clause.operator === 'before' || clause.operator === 'after';
  const bounds = clause.values.map(isTime ? instantOf : numberOf).filter((bound) => bound !== null);
  if (bounds.length === 0) return null;
  switch (clause.operator) {
    case 'lt':
    case 'before':
      return { ...ALL, high: Math.max(...bounds) };
    case 'lte':
      return { ...ALL, high: Math.max(...bounds), highClosed: true };
    case 'gt':
    case 'after':
      return { ...ALL, low: Math.min(...bounds) };
    case 'gte':
      return { ...ALL, low: Math.min(...bounds), lowClosed: true };
    default:
      return null;
  }
}

function isEmpty(a: Range | null, b: Range | null): boolean {
  if (a === null || b === null) return false;
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  if (low !== high) return low > high;
  const holds = (range: Range) =>
    (range.low < low || range.lowClosed) && (range.high > high || range.highClosed);
  return !holds(a) || !holds(b);
}

function isNegated({ negate }: Clause): boolean {
  return negate === true;
}

function asksForAbsence(clause: Clause): boolean {
  return clause.operator === 'exists' && isNegated(clause);
}
