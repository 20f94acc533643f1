import { describe, expect, it } from 'vitest';
import { newDraft, type ScheduleDraft } from './schedule-draft';
import { scheduleMerging } from './schedule-merge';

const base: ScheduleDraft = {
  ...newDraft(new Date('2026-03-14T12:00:00Z'), 'UTC'),
  name: 'Database upgrade',
  breakers: 'search, stripe',
};
const none = new Map<string, never>();

describe('scheduleMerging', () => {
  it('puts together what two have changed, breakers as a set', () => {
    const theirs = { ...base, breakers: 'search, stripe, mail', durationMinutes: '90' };
    const mine = { ...base, breakers: 'stripe,geo', time: '23:30' };
    const versions = { base, theirs, mine };
    expect(scheduleMerging.merge(versions, none)).toEqual({
      ...base,
      breakers: 'stripe, mail, geo',
      durationMinutes: '90',
      time: '23:30',
    });
    expect(scheduleMerging.compare(versions)).toMatchObject([
      { label: 'Breakers', theirs: 'added mail', mine: 'added geo; removed search' },
      { label: 'Begins at', mine: '23:30', changedBy: 'mine' },
      { label: 'How long', base: '60 min', theirs: '90 min', changedBy: 'theirs' },
    ]);
  });

  it('takes days and what a window does as a whole', () => {
    const theirs: ScheduleDraft = { ...base, kind: 'weekly', days: [6, 7] };
    const mine: ScheduleDraft = { ...base, date: '2026-03-15', action: 'dim' };
    const versions = { base, theirs, mine };
    expect(scheduleMerging.compare(versions)).toMatchObject([
      { label: 'What it does', base: 'opens', mine: 'dims to 25%', changedBy: 'mine' },
      { label: 'Days', theirs: 'every Sat, Sun', mine: '2026-03-15', changedBy: 'conflict' },
    ]);
    expect(scheduleMerging.merge(versions, new Map([['when', 'theirs']]))).toEqual({
      ...theirs,
      action: 'dim',
    });
  });

  it('does not take a share that is not used for a change', () => {
    expect(
      scheduleMerging.compare({ base, theirs: { ...base, admission: 5 }, mine: base }),
    ).toEqual([]);
  });
});
