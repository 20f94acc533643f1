import { formatAdmission } from '@recloser/core';
import { memberSet } from '../drafts/member-set';
import { type MergeField, mergingOf } from '../drafts/three-way';
import { listOf, type ScheduleDraft } from './schedule-draft';
import { DAYS } from './month';

type Field = MergeField<ScheduleDraft>;
type TextMember = 'name' | 'description' | 'time' | 'timeZone' | 'durationMinutes' | 'leadMinutes';

function textField(member: TextMember, label: string, unit = ''): Field {
  return {
    id: member,
    label,
    tell: (draft) => (draft[member] === '' ? 'none' : `${draft[member]}${unit}`),
    carry: (from, into) => ({ ...into, [member]: from[member] }),
  };
}

/** Names as text, separated by commas: who adds one does not contradict who adds another. */
function namesField(member: 'breakers' | 'tags', label: string): Field {
  return memberSet<ScheduleDraft, string>({
    id: member,
    label,
    read: (draft) => listOf(draft[member]),
    write: (names, into) => ({ ...into, [member]: names.join(', ') }),
  });
}

const ACTION: Field = {
  id: 'action',
  label: 'What it does',
  tell: ({ action, admission }) =>
    action === 'open' ? 'opens' : `dims to ${formatAdmission(admission)}`,
  carry: ({ action, admission }, into) => ({ ...into, action, admission }),
};

const WHEN: Field = {
  id: 'when',
  label: 'Days',
  tell: ({ kind, date, days }) =>
    kind === 'once' ? date : `every ${days.map((day) => DAYS[day - 1]).join(', ')}`,
  carry: ({ kind, date, days }, into) => ({ ...into, kind, date, days }),
};

const FIELDS: readonly Field[] = [
  textField('name', 'Name'),
  ACTION,
  namesField('breakers', 'Breakers'),
  namesField('tags', 'Tags'),
  WHEN,
  textField('time', 'Begins at'),
  textField('durationMinutes', 'How long', ' min'),
  textField('leadMinutes', 'Lead', ' min'),
  textField('timeZone', 'Time zone'),
  textField('description', 'Description'),
];

/** A schedule field by field, as it is being typed. */
export const scheduleMerging = mergingOf<ScheduleDraft>(() => FIELDS);
