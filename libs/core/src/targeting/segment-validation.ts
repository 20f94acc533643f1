import {
  clausesProblems,
  patternPlaces,
  placesProblem,
  RULE_LIMITS,
  type RuleProblem,
  workProblem,
} from './clause-validation.js';
import type { Clause, Segment } from '../model/rules.js';

export const SEGMENT_KEY = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** All reasons why a segment cannot be saved; empty when it can. Paths begin at the segment: 'clauses.0.values.1'. */
export function validateSegment({ key, clauses }: Segment): readonly RuleProblem[] {
  return [
    ...(SEGMENT_KEY.test(key)
      ? []
      : [{ path: 'key', message: 'Use 1 … 64 lower-case letters, digits and inner dashes.' }]),
    ...clausesProblems('clauses', clauses, true),
    ...countProblems(clauses),
    ...costProblems(clauses),
  ];
}

/** A list takes one look however long it is; every other value is compared in every call. */
function countProblems(clauses: readonly Clause[]): RuleProblem[] {
  const count = (lists: boolean) =>
    clauses
      .filter(({ operator }) => (operator === 'in') === lists)
      .reduce((sum, { values }) => sum + values.length, 0);
  const [listed, compared] = [count(true), count(false)];
  const { valuesPerSegment, valuesPerClause } = RULE_LIMITS;
  return [
    ...(listed > valuesPerSegment
      ? [{ path: 'clauses', message: tooMany(valuesPerSegment, 'in lists', listed) }]
      : []),
    ...(compared > valuesPerClause
      ? [{ path: 'clauses', message: tooMany(valuesPerClause, 'outside lists', compared) }]
      : []),
  ];
}

const tooMany = (most: number, where: string, count: number): string =>
  `A segment takes at most ${most} values ${where}; there are ${count}. Split it into several segments.`;

function costProblems(clauses: readonly Clause[]): RuleProblem[] {
  const tooLarge = placesProblem('clauses', patternPlaces(clauses));
  return tooLarge.length > 0 ? tooLarge : workProblem('clauses', clauses);
}
