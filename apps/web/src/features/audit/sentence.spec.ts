import type { AuditEntry } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { sentenceOf } from './sentence';

const entry = (changes: Partial<AuditEntry>): AuditEntry => ({
  id: 'e',
  chain: 'env',
  chainSeq: 1,
  environmentId: 'env',
  breaker: 'stripe',
  at: 0,
  actor: { kind: 'user', id: 'u', name: 'Ada' },
  action: 'breaker.trip',
  reason: '',
  seq: 1,
  before: null,
  after: null,
  evidence: null,
  hash: '',
  prevHash: '',
  ...changes,
});
const system = { kind: 'system', id: null, name: 'Recloser' } as const;

describe('sentenceOf', () => {
  it('tells who did what, and why', () => {
    expect(sentenceOf(entry({ reason: 'Provider incident' }))).toEqual({
      who: 'Ada',
      verb: 'opened',
      breaker: 'stripe',
      why: '“Provider incident”',
    });
  });

  it('lets automatic events speak for themselves', () => {
    const tripped = sentenceOf(entry({ actor: system, action: 'transition.fast_window' }));
    expect(tripped).toMatchObject({ who: '', verb: 'Fast window tripped', breaker: 'stripe' });
  });

  it('keeps unknown events readable, with who did them', () => {
    expect(sentenceOf(entry({ action: 'plan.draft', breaker: null }))).toMatchObject({
      who: 'Ada',
      verb: 'Plan draft',
      breaker: '',
    });
  });
});
