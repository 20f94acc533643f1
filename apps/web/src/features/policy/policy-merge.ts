import { CALL_SETTINGS, type Policy } from '@recloser/core';
import { type MergeField, mergingOf } from '../drafts/three-way';
import {
  COHORT_WORDS,
  draftOf,
  FAILURE_WORDS,
  ladderWords,
  lockable,
  type PolicyDraft,
  readLadder,
  TRAFFIC_WORDS,
} from './policy-draft';
import { groupOf, POLICY_FIELDS, type PolicyField, readNumber, tellNumber } from './policy-fields';
import { checkOf, checkWords } from './probe-draft';

/** All that the policy page edits, as it is being typed. */
export interface PolicyPageDraft {
  readonly policy: PolicyDraft;
  /** Recovery group; empty: none. */
  readonly group: string;
}

export function pageDraftOf({
  policy,
  group,
}: {
  readonly policy: Policy;
  readonly group: string | null;
}): PolicyPageDraft {
  return { policy: draftOf(policy), group: group ?? '' };
}

type Field = MergeField<PolicyPageDraft>;

/** Typed text that is no value is told as it stands. */
function wordsOf(text: string, unit: PolicyField['unit']): string {
  const value = readNumber(text, unit);
  return Number.isNaN(value) ? `“${text}”` : tellNumber(value, unit);
}

function numberField({ path, label, unit }: PolicyField): Field {
  return {
    id: path,
    label: `${groupOf(path)} · ${label}`,
    tell: ({ policy }) => wordsOf(policy.numbers[path] ?? '', unit),
    carry: (from, into) => ({
      ...into,
      policy: {
        ...into.policy,
        numbers: { ...into.policy.numbers, [path]: from.policy.numbers[path] ?? '' },
      },
    }),
  };
}

/** A field that is a member of the draft. */
function memberField<K extends keyof PolicyDraft>(
  member: K,
  label: string,
  tell: (value: PolicyDraft[K]) => string,
): Field {
  return {
    id: member,
    label,
    tell: ({ policy }) => tell(policy[member]),
    carry: (from, into) => ({
      ...into,
      policy: { ...into.policy, [member]: from.policy[member] },
    }),
  };
}

function lockField({ path, label }: PolicyField): readonly Field[] {
  const setting = lockable(path);
  if (setting === undefined) return [];
  const isLocked = ({ policy }: PolicyPageDraft): boolean => policy.locked.includes(setting);
  return [
    {
      id: `lock ${path}`,
      label: `${groupOf(path)} · ${label}, lock`,
      tell: (draft) => (isLocked(draft) ? 'wins over the code' : 'the code wins'),
      carry: (from, into) => {
        const locked = CALL_SETTINGS.filter((one) =>
          (one === setting ? from : into).policy.locked.includes(one),
        );
        return { ...into, policy: { ...into.policy, locked } };
      },
    },
  ];
}

const FIELDS: readonly Field[] = [
  ...POLICY_FIELDS.flatMap((field) => [numberField(field), ...lockField(field)]),
  memberField('ladder', 'Ladder', (text) => {
    const steps = readLadder(text);
    return steps.some(Number.isNaN) ? `“${text}”` : ladderWords(steps);
  }),
  memberField('probe', 'Probed by', (draft) => checkWords(checkOf(draft))),
  memberField('cohort', 'Who comes first', (cohort) => COHORT_WORDS[cohort]),
  memberField('onStepFailure', 'When a step fails', (value) => FAILURE_WORDS[value]),
  memberField('onLowTraffic', 'Too little traffic', (value) => TRAFFIC_WORDS[value]),
  {
    id: 'group',
    label: 'Recovery group',
    tell: ({ group }) => group.trim() || 'none',
    carry: ({ group }, into) => ({ ...into, group }),
  },
];

/** The policy page, field by field. */
export const policyMerging = mergingOf<PolicyPageDraft>(() => FIELDS);
