import { isAdmission } from './admission.js';
import { type AttributeValue, type Clause, type Operator, OPERATORS, type Rule } from './model.js';
import { numberOf } from './rules.js';
import { isSemver } from './semver.js';

export const RULE_LIMITS = {
  rules: 100,
  clausesPerRule: 20,
  valuesPerClause: 1_000,
  /** Of an id, an attribute's name and a value. */
  textLength: 256,
} as const;

/** One reason why rules cannot be saved. */
export interface RuleProblem {
  /** Where: 'rules.2.clauses.0.values.1'. */
  readonly path: string;
  readonly message: string;
}

/** All reasons why rules cannot be saved; empty when they can. */
export function validateRules(rules: readonly Rule[]): readonly RuleProblem[] {
  if (rules.length > RULE_LIMITS.rules) {
    return [
      { path: 'rules', message: `At most ${RULE_LIMITS.rules} rules; there are ${rules.length}.` },
    ];
  }
  const seen = new Set<string>();
  return rules.flatMap((rule, index) => {
    const path = `rules.${index}`;
    const twice = seen.has(rule.id);
    seen.add(rule.id);
    return [
      ...textProblems(`${path}.id`, rule.id),
      ...(twice
        ? [{ path: `${path}.id`, message: `There is another rule with the id "${rule.id}".` }]
        : []),
      ...effectProblems(`${path}.effect`, rule),
      ...clauseCountProblems(`${path}.clauses`, rule),
      ...rule.clauses
        .slice(0, RULE_LIMITS.clausesPerRule)
        .flatMap((clause, position) => clauseProblems(`${path}.clauses.${position}`, clause)),
    ];
  });
}

function effectProblems(path: string, { effect }: Rule): RuleProblem[] {
  return effect.kind === 'admission' && !isAdmission(effect.admission)
    ? [
        {
          path: `${path}.admission`,
          message: 'An admission is an integer 0…4294967296; 6.25 % is 268435456.',
        },
      ]
    : [];
}

function clauseCountProblems(path: string, { clauses }: Rule): RuleProblem[] {
  if (clauses.length === 0) {
    return [{ path, message: 'A rule needs a clause: without one it matches nobody.' }];
  }
  return clauses.length > RULE_LIMITS.clausesPerRule
    ? [
        {
          path,
          message: `At most ${RULE_LIMITS.clausesPerRule} clauses; there are ${clauses.length}.`,
        },
      ]
    : [];
}

function clauseProblems(path: string, clause: Clause): RuleProblem[] {
  const { attribute, operator, values } = clause;
  const problems = textProblems(`${path}.attribute`, attribute);
  if (!isOperator(operator)) {
    const known = OPERATORS.join(', ');
    return [
      ...problems,
      { path: `${path}.operator`, message: `Unknown operator. Known are: ${known}.` },
    ];
  }
  if (operator === 'exists') {
    return values.length === 0
      ? problems
      : [...problems, { path: `${path}.values`, message: 'The operator exists takes no values.' }];
  }
  if (values.length === 0 || values.length > RULE_LIMITS.valuesPerClause) {
    const message = `A clause takes 1 … ${RULE_LIMITS.valuesPerClause} values; there are ${values.length}.`;
    return [...problems, { path: `${path}.values`, message }];
  }
  return [
    ...problems,
    ...values.flatMap((value, index) => {
      const message = valueProblem(operator, value);
      return message === null ? [] : [{ path: `${path}.values.${index}`, message }];
    }),
  ];
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
    case 'in':
    case 'exists':
      return null;
  }
}

function textProblems(path: string, text: string): RuleProblem[] {
  return text.length >= 1 && text.length <= RULE_LIMITS.textLength
    ? []
    : [{ path, message: `Give 1 … ${RULE_LIMITS.textLength} characters.` }];
}

function isOperator(operator: string): operator is Operator {
  return OPERATORS.some((known) => known === operator);
}
