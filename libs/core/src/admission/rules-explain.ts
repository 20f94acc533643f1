import { stopsRules } from './decision.js';
import type { BreakerView } from '../model/model.js';
import { attributeOf, type CompiledClause, compileRules, judgeClause } from '../targeting/rules.js';
import type { AttributeValue, Clause, Context, Operator } from '../model/rules.js';

export const CLAUSE_VERDICTS = ['matched', 'failed', 'missing', 'not_comparable'] as const;
/**
 * `missing`: the context has no such attribute (for a segment: not those that would decide). `not_comparable`: it has, but
 * the operator cannot say anything of it. Neither matches, negated or not.
 */
export type ClauseVerdict = (typeof CLAUSE_VERDICTS)[number];

export interface ClauseExplanation {
  readonly attribute: string;
  readonly operator: Operator;
  readonly negate: boolean;
  /** What the context, or the instance, has there; null: nothing. */
  readonly value: AttributeValue | null;
  readonly verdict: ClauseVerdict;
}

export const RULE_VERDICTS = ['decides', 'shadowed', 'no_match', 'not_now'] as const;
/**
 * `decides`: the first that matches. `shadowed`: it matches too, but one before it decides. `not_now`: rules do not
 * apply in this state, or this one does not.
 */
export type RuleVerdict = (typeof RULE_VERDICTS)[number];

export interface RuleExplanation {
  readonly ruleId: string;
  readonly verdict: RuleVerdict;
  readonly clauses: readonly ClauseExplanation[];
}

/** What each rule of a breaker says of a context, clause by clause, in order. For people: it allocates. */
export function explainRules(
  view: BreakerView,
  context: Context,
  base?: Context,
): readonly RuleExplanation[] {
  const closed = view.state === 'closed';
  const suspended = view.mode === 'observe' || stopsRules(view);
  let decided = false;
  return compileRules(view.rules, view.segments).map((compiled) => {
    const { rule, always } = compiled;
    const clauses = rule.clauses.map((clause, index) =>
      explainClause(clause, compiled.clauses[index], context, base),
    );
    const matches = clauses.length > 0 && clauses.every(({ verdict }) => verdict === 'matched');
    const verdict = ruleVerdict(suspended || (closed && !always), matches, decided);
    decided ||= verdict === 'decides';
    return { ruleId: rule.id, verdict, clauses };
  });
}

function ruleVerdict(notNow: boolean, matches: boolean, decided: boolean): RuleVerdict {
  if (notNow) return 'not_now';
  if (!matches) return 'no_match';
  return decided ? 'shadowed' : 'decides';
}

function explainClause(
  { attribute, operator, negate = false }: Clause,
  compiled: CompiledClause | undefined,
  context: Context,
  base: Context | undefined,
): ClauseExplanation {
  const value = attributeOf(attribute, context, base) ?? null;
  const holds = compiled === undefined ? null : judgeClause(compiled, context, base);
  return { attribute, operator, negate, value, verdict: verdictOf(operator, holds, value) };
}

function verdictOf(
  operator: Operator,
  holds: boolean | null,
  value: AttributeValue | null,
): ClauseVerdict {
  if (holds !== null) return holds ? 'matched' : 'failed';
  return value === null || operator === 'in_segment' ? 'missing' : 'not_comparable';
}
