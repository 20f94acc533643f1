import type { Clause, Rule } from '@recloser/core';
import { type MergeField, mergingOf, type Versions } from '../drafts/three-way';
import { clauseWords, ruleWords, thenWords } from './rule-text';

type Rules = readonly Rule[];

/** Rules by their id and what they say, part by part; then their order. */
export const ruleMerging = mergingOf<Rules>((versions) => {
  const ids = idsOf(versions);
  return [
    ...ids.all.flatMap((id) => (ids.common.includes(id) ? partsOf(id) : [wholeOf(id)])),
    orderOf(ids.common),
  ];
});

function idsOf({ base, theirs, mine }: Versions<Rules>) {
  const all = [...new Set([...mine, ...theirs, ...base].map(({ id }) => id))];
  const common = all.filter((id) => [base, theirs, mine].every((rules) => withId(rules, id)));
  return { all, common };
}

function withId(rules: Rules, id: string): Rule | undefined {
  return rules.find((rule) => rule.id === id);
}

/** What clauses say, whether or not what is usual was written down. */
function sameClauses(clauses: readonly Clause[]): string {
  return JSON.stringify(
    clauses.map(({ attribute, operator, values, negate, ignoreCase }) => [
      attribute,
      operator,
      values,
      negate === true,
      ignoreCase === true,
    ]),
  );
}

function sameRule({ clauses, effect, when, description = '' }: Rule): string {
  return JSON.stringify([sameClauses(clauses), effect, when, description]);
}

/** A part of a rule that all versions have. */
interface RulePart {
  readonly name: string;
  readonly tell: (rule: Rule) => string;
  readonly identity: (rule: Rule) => string;
  readonly carry: (from: Rule, into: Rule) => Rule;
}

const PARTS: readonly RulePart[] = [
  {
    name: 'match',
    tell: ({ clauses }) => clauses.map(clauseWords).join(' and '),
    identity: ({ clauses }) => sameClauses(clauses),
    carry: ({ clauses }, into) => ({ ...into, clauses }),
  },
  {
    name: 'then',
    tell: thenWords,
    identity: ({ effect, when }) => JSON.stringify([effect, when]),
    carry: ({ effect, when }, into) => ({ ...into, effect, when }),
  },
  {
    name: 'description',
    tell: ({ description = '' }) => description || 'none',
    identity: ({ description = '' }) => description,
    carry: ({ description = '' }, into) => ({ ...into, description }),
  },
];

function partsOf(id: string): readonly MergeField<Rules>[] {
  return PARTS.map(({ name, tell, identity, carry }) => {
    const of = (rules: Rules, read: (rule: Rule) => string): string => {
      const rule = withId(rules, id);
      return rule === undefined ? '' : read(rule);
    };
    return {
      id: `${id} ${name}`,
      label: `Rule ${id} · ${name}`,
      tell: (rules) => of(rules, tell),
      identity: (rules) => of(rules, identity),
      carry: (from, into) => {
        const source = withId(from, id);
        return into.map((rule) =>
          rule.id === id && source !== undefined ? carry(source, rule) : rule,
        );
      },
    };
  });
}

/** A rule that is not in all versions: it is there or not, as a whole. */
function wholeOf(id: string): MergeField<Rules> {
  return {
    id,
    label: `Rule ${id}`,
    tell: (rules) => {
      const rule = withId(rules, id);
      return rule === undefined ? 'no rule' : ruleWords(rule);
    },
    identity: (rules) => {
      const rule = withId(rules, id);
      return rule === undefined ? '' : sameRule(rule);
    },
    carry: (from, into) => {
      const rule = withId(from, id);
      if (rule === undefined) return into.filter((one) => one.id !== id);
      return withId(into, id) === undefined
        ? placed(into, rule, from)
        : into.map((one) => (one.id === id ? rule : one));
    },
  };
}

/** `rules` with one more, which comes after the nearest that stands before it in `like`. */
function placed(rules: Rules, rule: Rule, like: Rules): Rules {
  const before = like.slice(0, like.indexOf(rule)).map(({ id }) => id);
  const place = rules.findLastIndex(({ id }) => before.includes(id));
  return rules.toSpliced(place + 1, 0, rule);
}

function orderOf(common: readonly string[]): MergeField<Rules> {
  return {
    id: 'order',
    label: 'Order',
    tell: (rules) =>
      rules
        .map(({ id }) => id)
        .filter((id) => common.includes(id))
        .join(', '),
    carry: (from, into) => {
      const known = from.flatMap(({ id }) => withId(into, id) ?? []);
      return into
        .filter(({ id }) => withId(from, id) === undefined)
        .reduce<Rules>((rules, rule) => placed(rules, rule, into), known);
    },
  };
}
