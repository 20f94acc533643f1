'use client';

import type { Rule } from '@recloser/core';
import type { BreakerDetail, SegmentInfo } from '@recloser/protocol';
import { useMemo, useState } from 'react';
import { useBreakerOfPage } from '../breaker/components/breaker-context';
import { mergingVia } from '../drafts/three-way';
import { type Saved, useDraft } from '../drafts/use-draft';
import { useSegments, useWholeSegments } from '../segments/api/segments';
import { useLater } from '@/lib/lazy-part';
import { ruleMerging } from './rule-merge';
import type { checkRules } from './check-rules';
import { ruleChanges } from './rule-text';

export interface Row {
  /** Stays with the rule while its id is being typed. */
  readonly row: number;
  readonly rule: Rule;
}

export function rowsOf(rules: readonly Rule[]): readonly Row[] {
  return rules.map((rule, row) => ({ row, rule }));
}

function rulesIn(rows: readonly Row[]): readonly Rule[] {
  return rows.map(({ rule }) => rule);
}

const merging = mergingVia(ruleMerging, rulesIn, rowsOf);

function savedIn({ revision, rules }: BreakerDetail): Saved<readonly Row[]> {
  return { revision, value: rowsOf(rules) };
}

/** Why rules cannot be merged rule by rule yet. */
function blockOf(rules: readonly Rule[], jsonProblem: string | null): string | null {
  if (jsonProblem !== null) return 'Make the JSON readable first: yours is not known until then.';
  const twice = rules.find(({ id }, place) => rules.findIndex((one) => one.id === id) < place);
  return twice === undefined
    ? null
    : `Give each of your rules an id of its own first: there are two “${twice.id}”.`;
}

const loadChecks = () => import('./check-rules');
/** Saved rules have been checked by the server. */
const UNCHECKED: ReturnType<typeof checkRules> = { problems: [], warnings: [] };

/** The segments that these rules name. */
function segmentsIn(segments: readonly SegmentInfo[] | undefined, rules: readonly Rule[]) {
  const asked = rules
    .flatMap(({ clauses }) => clauses)
    .filter(({ operator }) => operator === 'in_segment');
  const keys = new Set(asked.flatMap(({ values }) => values));
  return segments?.filter(({ key }) => keys.has(key));
}

/** What the rules page edits. */
export function useRulesEditing() {
  const breaker = useBreakerOfPage();
  const [jsonProblem, setJsonProblem] = useState<string | null>(null);
  const saved = useMemo(() => savedIn(breaker), [breaker]);
  const { draft, setValue, restart, revertTo, ...others } = useDraft({
    saved,
    merging,
    pending: jsonProblem !== null,
  });
  const rules = useMemo(() => rulesIn(draft.value), [draft.value]);
  const { data: segments } = useSegments();
  const named = useMemo(
    () => segmentsIn(segments, [...rules, ...breaker.rules]),
    [segments, rules, breaker.rules],
  );
  const trialSegments = useWholeSegments(named);
  const checks = useLater(loadChecks);
  const { problems, warnings } = useMemo(
    () => checks?.checkRules(rules, segments) ?? UNCHECKED,
    [checks, rules, segments],
  );
  const changes = useMemo(() => ruleChanges(rulesIn(draft.base), rules), [draft.base, rules]);
  return {
    ...others,
    breaker,
    draft,
    rows: draft.value,
    rules,
    trialSegments,
    problems,
    warnings,
    count: problems.length + (jsonProblem === null ? 0 : 1),
    changes,
    jsonProblem,
    setJsonProblem,
    blocked: blockOf(rules, jsonProblem),
    setRows: (rows: readonly Row[]) => {
      setValue(() => rows);
    },
    restart: (now?: BreakerDetail) => {
      setJsonProblem(null);
      restart(now === undefined ? undefined : savedIn(now));
    },
    revert: (to: readonly Rule[], note: string) => {
      setJsonProblem(null);
      revertTo(rowsOf(to), note);
    },
  };
}

export type RulesEditing = ReturnType<typeof useRulesEditing>;
