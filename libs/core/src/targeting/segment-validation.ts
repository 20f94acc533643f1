import {
  clausesProblems,
  patternPlaces,
  placesProblem,
  RULE_LIMITS,
  type RuleProblem,
  workProblem,
} from './clause-validation.js';
import type { Clause, Segment } from './targeting.js';

export const SEGMENT_KEY = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** All reasons why a segment cannot be saved; empty when it can. Paths begin at the segment: 'clauses.0.values.1'. */
export function validateSegment({ key, clauses }: Segment): readonly RuleProblem[] {
  const values = clauses.reduce((sum, clause) => sum + clause.values.length, 0);
  return [
    ...(SEGMENT_KEY.test(key)
      ? []
      : [{ path: 'key', message: 'Use 1 … 64 lower-case letters, digits and inner dashes.' }]),
    ...clausesProblems('clauses', clauses, true),
    ...(values > RULE_LIMITS.valuesPerClause
      ? [
          {
            path: 'clauses',
            message: `At most ${RULE_LIMITS.valuesPerClause} values in all, as they travel with every breaker that names the segment; there are ${values}.`,
          },
        ]
      : []),
    ...costProblems(clauses),
  ];
}

function costProblems(clauses: readonly Clause[]): RuleProblem[] {
  const tooLarge = placesProblem('clauses', patternPlaces(clauses));
  return tooLarge.length > 0 ? tooLarge : workProblem('clauses', clauses);
}
