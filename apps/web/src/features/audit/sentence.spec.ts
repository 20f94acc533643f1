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
  outageId: null,
  outageStartedAt: null,
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
      about: 'stripe',
      part: '',
      why: '“Provider incident”',
      acted: true,
    });
  });

  it.each([
    ['auth.signed_in', null, null, 'Ada signed in '],
    ['auth.refused', null, null, 'Ada was refused at sign-in '],
    ['person.create', null, { name: 'Bob', role: 'viewer' }, 'Ada added Bob'],
    [
      'person.set_role',
      { name: 'Bob', role: 'viewer' },
      { name: 'Bob', role: 'admin' },
      'Ada changed the role of Bob',
    ],
    ['person.remove', { name: 'Bob', role: 'viewer' }, null, 'Ada removed Bob'],
    ['key.revoke', null, { name: 'ci' }, 'Ada revoked the SDK key ci'],
    ['token.create', null, { name: 'ci' }, 'Ada created the API token ci'],
    ['environment.create', null, { key: 'staging' }, 'Ada created the environment staging'],
  ])('tells %s of what belongs to no environment', (action, before, after, told) => {
    const { who, verb, about } = sentenceOf(entry({ breaker: null, action, before, after }));
    expect(`${who} ${verb} ${about}`).toBe(told);
  });

  it('lets automatic events speak for themselves', () => {
    const tripped = sentenceOf(entry({ actor: system, action: 'transition.fast_window' }));
    expect(tripped).toMatchObject({ who: '', verb: 'Fast window tripped', about: 'stripe' });
  });

  it('names the trigger that acted', () => {
    const actor = { kind: 'trigger', id: 't', name: 'trigger:alertmanager' } as const;
    const told = sentenceOf(entry({ actor, action: 'trigger.open' }));
    expect(told).toMatchObject({ who: 'trigger:alertmanager', verb: 'opened', about: 'stripe' });
  });

  it('keeps unknown events readable, with who did them', () => {
    expect(sentenceOf(entry({ action: 'plan.draft', breaker: null }))).toMatchObject({
      who: 'Ada',
      verb: 'Plan draft',
      about: '',
    });
  });

  it('says which part of the fleet it is about', () => {
    const scope = { kind: 'zone', value: 'eu-1a' } as const;
    const evidence = {
      cause: 'command',
      summary: '',
      window: null,
      probe: null,
      acks: null,
      scope,
    } as const;
    expect(sentenceOf(entry({ evidence }))).toMatchObject({
      verb: 'opened',
      part: 'zone eu-1a',
      about: 'stripe',
    });
  });

  it.each([
    [{ policy: {}, revision: 2 }, 'edited the policy of'],
    [{ rules: [], revision: 2 }, 'edited the rules of'],
    [{ owner: 'a', tags: [], revision: 2 }, 'edited'],
  ])('says what an edit changed: %j', (after, verb) => {
    expect(sentenceOf(entry({ action: 'breaker.edit', after }))).toMatchObject({ verb });
  });

  it.each([
    ['schedule.create', null, { key: 'k', name: 'Night' }, 'created the schedule'],
    ['segment.remove', { key: 'k', name: 'Night' }, null, 'removed the segment'],
  ])('names what is no breaker: %s', (action, before, after, verb) => {
    const told = sentenceOf(entry({ action, breaker: null, before, after }));
    expect(told).toMatchObject({ who: 'Ada', verb, about: 'Night' });
  });
});
