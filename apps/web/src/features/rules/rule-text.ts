import {
  type Clause,
  formatAdmission,
  type Operator,
  type Rule,
  type RuleEffect,
} from '@recloser/core';
import type { Change } from '../breaker/components/changes';
import { writeValues } from './value-list';

export const OPERATOR_WORDS: Readonly<Record<Operator, string>> = {
  in: 'is one of',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  lt: '<',
  lte: '≤',
  gt: '>',
  gte: '≥',
  semver_eq: 'version =',
  semver_lt: 'version <',
  semver_lte: 'version ≤',
  semver_gt: 'version >',
  semver_gte: 'version ≥',
  exists: 'is present',
  matches: 'matches pattern',
  before: 'is before',
  after: 'is after',
  in_cidr: 'is in network',
  in_segment: 'is in segment',
};

function effectWords(effect: RuleEffect): string {
  switch (effect.kind) {
    case 'admit':
      return 'admit';
    case 'reject':
      return 'reject';
    case 'admission':
      return `admit ${formatAdmission(effect.admission)}`;
  }
}

/** "plan is one of pro, team" */
export function clauseWords({ attribute, operator, values, negate, ignoreCase }: Clause): string {
  const verb = `${negate === true ? 'not ' : ''}${OPERATOR_WORDS[operator]}`;
  const who = operator === 'in_segment' ? '' : `${attribute} `;
  const anyCase = ignoreCase === true ? ' (any case)' : '';
  return `${who}${verb}${operator === 'exists' ? '' : ` ${writeValues(values, operator)}`}${anyCase}`;
}

/** "admit, while not closed" */
export function thenWords({ effect, when }: Pick<Rule, 'effect' | 'when'>): string {
  return `${effectWords(effect)}${when === 'always' ? ', always' : ', while not closed'}`;
}

/** A rule in one line: "plan is one of enterprise → admit, while not closed". */
export function ruleWords(rule: Rule): string {
  return `${rule.clauses.map(clauseWords).join(' and ')} → ${thenWords(rule)}`;
}

export function newRule(taken: readonly Rule[]): Rule {
  let number = taken.length + 1;
  while (taken.some(({ id }) => id === `rule-${number}`)) number += 1;
  return {
    id: `rule-${number}`,
    when: 'not_closed',
    clauses: [{ attribute: '', operator: 'in', values: [] }],
    effect: { kind: 'admit' },
  };
}

/** One list item moved by one place; the same list when there is no such place. */
export function moved<T>(list: readonly T[], index: number, by: -1 | 1): readonly T[] {
  const item = list[index];
  const other = list[index + by];
  if (item === undefined || other === undefined) return list;
  return list.with(index, other).with(index + by, item);
}

/** What differs between two lists of rules. */
export function ruleChanges(before: readonly Rule[], after: readonly Rule[]): Change[] {
  const place = (list: readonly Rule[], id: string): number =>
    list.findIndex((rule) => rule.id === id);
  const sentence = (list: readonly Rule[], id: string): string => {
    const index = place(list, id);
    const rule = list[index];
    return rule === undefined ? 'no rule' : `${index + 1}. ${ruleWords(rule)}`;
  };
  const ids = [...new Set([...after, ...before].map(({ id }) => id))];
  return ids
    .filter((id) => {
      const [old, now] = [before[place(before, id)], after[place(after, id)]];
      return place(before, id) !== place(after, id) || JSON.stringify(old) !== JSON.stringify(now);
    })
    .map((id) => ({
      label: `Rule ${id}`,
      before: sentence(before, id),
      after: sentence(after, id),
    }));
}
