import type { AuditEntry } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { beginsOutage, groupedByOutage } from './outage-groups';

const OUTAGE = { startedAt: 1_000, cause: 'fast_window', summary: '9 of 9 calls failed.' };

function summary(kind: string) {
  return { state: { kind }, outage: kind === 'closed' ? null : OUTAGE };
}

function entry(id: number, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: String(id),
    chain: 'env',
    chainSeq: id,
    environmentId: 'env',
    breaker: 'stripe',
    at: id * 1_000,
    actor: { kind: 'system', id: null, name: 'worker' },
    action: 'transition.step_passed',
    reason: '',
    seq: id,
    before: summary('ramping'),
    after: summary('ramping'),
    evidence: null,
    outageId: 'stripe@1000',
    outageStartedAt: 1_000,
    hash: '',
    prevHash: '',
    ...changes,
  };
}

const OPENED = entry(2, {
  before: summary('closed'),
  after: summary('open'),
  foldedRounds: { count: 48, firstAt: 3_000, lastAt: 9_000 },
});
const CLOSED = entry(12, { after: summary('closed') });
const PERSON = { actor: { kind: 'user', id: 'u', name: 'Ada' } } as const;

describe('groupedByOutage', () => {
  it('puts what evidence did in one outage together, and leaves people and others where they were', () => {
    const other = entry(11, { breaker: 'mail', outageId: null, outageStartedAt: null });
    const held = entry(10, {
      ...PERSON,
      foldedRounds: { count: 2, firstAt: 10_500, lastAt: 10_900 },
    });
    const items = groupedByOutage([CLOSED, other, held, OPENED]);
    expect(items).toEqual([
      {
        kind: 'outage',
        outage: {
          id: 'stripe@1000',
          breaker: 'stripe',
          startedAt: 1_000,
          endedAt: 12_000,
          failedRounds: 50,
          cause: OUTAGE.summary,
          entries: [CLOSED, OPENED],
        },
      },
      { kind: 'entry', entry: other },
      { kind: 'entry', entry: held },
    ]);
  });

  it('leaves a single event as it is', () => {
    const { foldedRounds: _, ...alone } = OPENED;
    expect(groupedByOutage([alone])).toEqual([{ kind: 'entry', entry: alone }]);
  });
});

describe('beginsOutage', () => {
  it.each([
    ['closed', 'open', true],
    ['dimmed', 'open', true],
    ['ramping', 'open', false],
    ['probing', 'open', false],
    ['open', 'open', false],
    ['probing', 'ramping', false],
  ])('from %s to %s: %s', (before, after, begins) => {
    const changed = entry(1, {
      before: before === 'dimmed' ? { state: { kind: before }, outage: null } : summary(before),
      after: summary(after),
    });
    expect(beginsOutage(changed)).toBe(begins);
  });
});
