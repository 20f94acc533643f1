import { DEFAULT_POLICY } from '@recloser/core';
import type { ImportItem } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { planText } from './plan-text.js';

const item = (
  key: string,
  status: ImportItem['status'],
  more: Partial<ImportItem> = {},
): ImportItem => ({ kind: 'breaker', key, status, changes: [], ...more });
const change = (path: string, before: unknown, after: unknown) => ({ path, before, after });

const items: readonly ImportItem[] = [
  item('same', 'same'),
  item('gone', 'archived'),
  item('edited', 'changed', {
    changes: [
      change('policy.trip.toleratedRate', 0.35, 0.5),
      change('rules.staff', { id: 'staff' }, null),
      change('rules.new', null, { id: 'new' }),
    ],
    warnings: ['Three steps admit nobody.'],
  }),
  item('new\u001b[2J', 'created', {
    changes: [
      change('owner', null, 'payments'),
      change('policy.minCalls', null, DEFAULT_POLICY.minCalls),
      change('policy.trip.toleratedRate', null, 0.5),
    ],
  }),
  { kind: 'segment', key: 'staff', status: 'removed', changes: [] },
  { kind: 'schedule', key: 'night', status: 'only_here', changes: [] },
];

describe('a plan as text', () => {
  it('says what comes, changes and goes, and leaves out defaults and what steers a terminal', () => {
    expect(planText({ items: [...items], dryRun: true, stamp: '' })).toBe(
      `+ breaker new\u{FFFD}[2J
    + owner: "payments"
    + policy.trip.toleratedRate: 0.5
~ breaker edited
    ~ policy.trip.toleratedRate: 0.35 -> 0.5
    - rules.staff: {"id":"staff"}
    + rules.new: {"id":"new"}
    warning: Three steps admit nobody.
- breaker gone (archived in every environment of the project)
- segment staff
Plan: 1 to add, 1 to change, 1 to archive, 1 to remove. 1 unchanged, 1 not in the file.`,
    );
  });

  it('says what was done', () => {
    expect(planText({ items: [], dryRun: false, stamp: '' })).toBe(
      'Applied: 0 added, 0 changed, 0 archived. 0 unchanged, 0 not in the file.',
    );
  });
});
