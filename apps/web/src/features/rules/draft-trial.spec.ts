import type { Rule, Segment } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { breakerIn, CLOSED, OPEN } from '../breaker/breaker.fixture';
import { type Assumed, changedVerdicts, tryDraft } from './draft-trial';

const rule = (id: string, plan: string, changes: Partial<Rule> = {}): Rule => ({
  id,
  when: 'not_closed',
  clauses: [{ attribute: 'plan', operator: 'in', values: [plan] }],
  effect: { kind: 'admit' },
  ...changes,
});
const open = breakerIn(OPEN).view;
const closed = breakerIn(CLOSED).view;

function ask(draft: readonly Rule[], saved: readonly Rule[], assumed: Assumed = 'now') {
  const view = { ...open, rules: saved };
  return tryDraft({ view, rules: draft, segments: [], context: { plan: 'pro' }, assumed });
}

describe('tryDraft', () => {
  it('answers for what is typed, and tells where the saved rules answer otherwise', () => {
    const trial = ask([rule('pro', 'pro')], [rule('pro', 'team')]);
    expect([trial.saved.admitted, trial.draft.admitted]).toEqual([false, true]);
    expect(trial.difference).toContain('lets it in');
    expect(trial.draft.rules[0]?.clauses[0]?.verdict).toBe('matched');
    expect(trial.saved.rules[0]?.clauses[0]?.verdict).toBe('failed');
    expect(changedVerdicts(trial)).toEqual(new Map([['pro', 'no_match']]));
    expect(ask([], [rule('pro', 'pro')]).difference).toContain('keeps it out');
  });

  it('tells another rule with the same answer, and nothing where nothing differs', () => {
    const saved = [rule('pro', 'pro')];
    expect(ask([rule('first', 'pro'), ...saved], saved).difference).toContain('another reason');
    const same = ask([...saved, rule('other', 'team')], saved);
    expect(same.difference).toBeNull();
    expect(changedVerdicts(same)).toEqual(new Map([['other', null]]));
  });

  it.each<[Assumed, boolean, string]>([
    ['now', true, 'decides'],
    ['closed', true, 'not_now'],
    ['not_closed', true, 'decides'],
  ])('asked in state "%s"', (assumed, admitted, verdict) => {
    const { draft } = ask([rule('pro', 'pro')], [], assumed);
    expect([draft.admitted, draft.rules[0]?.verdict]).toEqual([admitted, verdict]);
  });

  it('leaves observe and a person’s hold behind when it assumes a state', () => {
    const held = { ...closed, mode: 'held' as const, rules: [] };
    const asked = { view: held, rules: [rule('pro', 'pro')], segments: [], context: {} };
    expect(tryDraft({ ...asked, assumed: 'now' }).draft.reason).toBe('closed');
    expect(tryDraft({ ...asked, assumed: 'not_closed' }).draft).toMatchObject({
      admitted: false,
      mode: 'auto',
    });
  });

  it('knows the segments that a draft names for the first time', () => {
    const named = rule('staff', '', {
      clauses: [{ attribute: 'segment', operator: 'in_segment', values: ['staff'] }],
    });
    const staff: Segment = {
      key: 'staff',
      clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }],
    };
    const asked = { view: open, rules: [named], context: { plan: 'pro' }, assumed: 'now' as const };
    expect(tryDraft({ ...asked, segments: [staff] }).draft.ruleId).toBe('staff');
    expect(tryDraft({ ...asked, segments: undefined }).draft.ruleId).toBeUndefined();
  });
});
