import { type Rule, reviewRules, type Segment, validateRules } from '@recloser/core';

/** Why rules cannot be saved; where they can, what is odd about them. */
export function checkRules(rules: readonly Rule[], segments: readonly Segment[] | undefined) {
  const problems = validateRules(rules, segments);
  return { problems, warnings: problems.length > 0 ? [] : reviewRules(rules) };
}
