import { isAdmission } from '../model/admission.js';
import {
  clausesProblems,
  patternPlaces,
  placesProblem,
  RULE_LIMITS,
  type RuleProblem,
  textProblems,
  workProblem,
} from './clause-validation.js';
import type { Rule, Segment } from '../model/rules.js';

/**
 * All reasons why rules cannot be saved; empty when they can. `segments` are those that there are; without them the
 * names of segments are not looked up.
 */
export function validateRules(
  rules: readonly Rule[],
  segments?: readonly Segment[],
): readonly RuleProblem[] {
  if (rules.length > RULE_LIMITS.rules) {
    return [
      { path: 'rules', message: `At most ${RULE_LIMITS.rules} rules; there are ${rules.length}.` },
    ];
  }
  const seen = new Set<string>();
  const problems = rules.flatMap((rule, index) => {
    const path = `rules.${index}`;
    const twice = seen.has(rule.id);
    seen.add(rule.id);
    return [
      ...textProblems(`${path}.id`, rule.id),
      ...(twice
        ? [{ path: `${path}.id`, message: `There is another rule with the id "${rule.id}".` }]
        : []),
      ...effectProblems(`${path}.effect`, rule),
      ...clausesProblems(`${path}.clauses`, rule.clauses),
      ...(segments === undefined ? [] : unknownSegments(path, rule, segments)),
    ];
  });
  return [...problems, ...togetherProblems(rules, segments ?? [])];
}

/** The keys of all segments that the rules name. */
export function segmentsNamedBy(rules: readonly Rule[]): readonly string[] {
  const keys = rules
    .flatMap(({ clauses }) => clauses)
    .filter(({ operator }) => operator === 'in_segment')
    .flatMap(({ values }) => values.map(String));
  return [...new Set(keys)];
}

/** What one rule alone may, but all of them together may not. */
function togetherProblems(rules: readonly Rule[], segments: readonly Segment[]): RuleProblem[] {
  const named = segmentsNamedBy(rules);
  const { segments: most } = RULE_LIMITS;
  const tooMany =
    named.length > most
      ? [{ path: 'rules', message: `At most ${most} segments in one breaker's rules.` }]
      : [];
  const used = segments.filter(({ key }) => named.includes(key));
  const clauses = [...rules, ...used].flatMap((one) => one.clauses);
  const tooLarge = placesProblem('rules', patternPlaces(clauses));
  return [...tooMany, ...(tooLarge.length > 0 ? tooLarge : workProblem('rules', clauses))];
}

function unknownSegments(path: string, rule: Rule, segments: readonly Segment[]): RuleProblem[] {
  return rule.clauses.flatMap(({ operator, values }, position) =>
    operator === 'in_segment'
      ? values.flatMap((key, index) =>
          segments.some((segment) => segment.key === key)
            ? []
            : [
                {
                  path: `${path}.clauses.${position}.values.${index}`,
                  message: `There is no segment "${key}" in this environment.`,
                },
              ],
        )
      : [],
  );
}

function effectProblems(path: string, { effect }: Rule): RuleProblem[] {
  return effect.kind === 'admission' && !isAdmission(effect.admission)
    ? [
        {
          path: `${path}.admission`,
          message: 'An admission is an integer 0…4294967296; 6.25% is 268435456.',
        },
      ]
    : [];
}
