import type { ClauseExplanation, RuleExplanation, RuleVerdict } from '@recloser/core';
import { Check, Minus, X } from 'lucide-react';
import { Tag } from '@/components/ui/tag';
import { OPERATOR_WORDS } from '@/features/rules/rule-text';

/** More are told only when asked for. */
const SHOWN_AT_ONCE = 5;

const VERDICTS: Readonly<Record<RuleVerdict, string>> = {
  decides: 'decides',
  shadowed: 'matches too, but another decides',
  no_match: 'does not match',
  not_now: 'does not apply in this state',
};

const REASONS: Readonly<Record<ClauseExplanation['verdict'], string>> = {
  matched: 'holds',
  failed: 'does not hold',
  missing: 'is not given',
  not_comparable: 'cannot be compared',
};

function ClauseLine({ clause }: { readonly clause: ClauseExplanation }) {
  const { attribute, operator, negate, value, verdict } = clause;
  const Icon = verdict === 'matched' ? Check : verdict === 'failed' ? X : Minus;
  return (
    <li className="flex items-baseline gap-1.5 text-xs text-fg-2">
      <Icon size={11} strokeWidth={3} className="shrink-0 translate-y-px" aria-hidden />
      <span className="min-w-0 break-words">
        <span className="font-mono">{attribute}</span> {negate ? 'not ' : ''}
        {OPERATOR_WORDS[operator]} …: {REASONS[verdict]}
        {value === null ? '' : ` (${String(value)})`}
      </span>
    </li>
  );
}

function Before({ verdict }: { readonly verdict: RuleVerdict | null | undefined }) {
  if (verdict === undefined) return null;
  return (
    <p className="text-xs text-fg-2">
      <Tag>saved</Tag> {verdict === null ? 'has no such rule' : VERDICTS[verdict]}
    </p>
  );
}

interface RuleExplanationsProps {
  readonly rules: readonly RuleExplanation[];
  /** What saved rules say, where drafted ones say something else; null: there is no such rule saved. */
  readonly changed?: ReadonlyMap<string, RuleVerdict | null> | undefined;
}

/** What each rule says of the account, and which clause was against it. */
export function RuleExplanations({ rules, changed }: RuleExplanationsProps) {
  if (rules.length === 0) return null;
  return (
    <details className="mt-3" open={rules.length <= SHOWN_AT_ONCE}>
      <summary className="w-fit rounded-sm text-xs text-fg-3 hover:text-fg-2">
        What each rule says
      </summary>
      <ol className="mt-2 flex flex-col gap-2">
        {rules.map(({ ruleId, verdict, clauses }) => (
          <li key={ruleId}>
            <p className="text-xs">
              <span className="font-medium">{ruleId}</span>{' '}
              <span className="text-fg-3">{VERDICTS[verdict]}</span>
            </p>
            <Before verdict={changed?.get(ruleId)} />
            {verdict === 'not_now' ? null : (
              <ul className="mt-0.5 flex flex-col gap-0.5">
                {clauses.map((clause, index) => (
                  <ClauseLine key={index} clause={clause} />
                ))}
              </ul>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}
