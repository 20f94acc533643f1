import { ADMISSION_ALL, DEFAULT_POLICY, type BreakerState } from '@recloser/core';
import { breakerViewSchema } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { readBreaker } from './breaker-row.js';
import { viewOf, type ViewSource } from './breaker-view.js';

const now = 1_000_000;
const outage = { outageStartedAt: 900_000, rateBefore: 0.01, relapses: 1 };
const open: BreakerState = { kind: 'open', since: 990_000, coolDownEndsAt: now + 1_500, ...outage };
const probing: BreakerState = {
  kind: 'probing',
  since: now,
  round: 3,
  roundStartedAt: now,
  ...outage,
};

const breaker: ViewSource = {
  key: 'stripe',
  version: 4,
  state: open,
  control: { mode: 'auto' },
  policy: DEFAULT_POLICY,
  rules: [],
  segments: [],
  salt: 's',
  meta: { cohortKey: 'accountId' },
};

const row = {
  environment_id: 'e',
  breaker_id: 'b',
  key: 'stripe',
  name: 'Stripe',
  description: '',
  owner: '',
  tags: [],
  cohort_key: 'accountId',
  salt: 's',
  recovery_group: null,
  discovered: false,
  created_at: 1,
  version: 4,
  revision: 2,
  mode: 'held',
  held_until: now + 60_000,
  state: { ...open, coolDownEndsAt: null },
  scopes: '[]',
  last_version: 0,
  policy: JSON.stringify(DEFAULT_POLICY),
  rules: '[]',
  segments: '[]',
  last: null,
  seq: 9,
  due_at: null,
  changed_at: now,
  now,
};

describe('viewOf', () => {
  it('tells how long an open breaker stays so', () => {
    expect(viewOf(breaker, now)).toEqual({
      key: 'stripe',
      version: 4,
      state: 'open',
      mode: 'auto',
      admission: 0,
      salt: 's',
      cohortKey: 'accountId',
      rules: [],
      call: { timeoutMs: null, stallMs: null, slowMs: null },
      retryAfterMs: 1_500,
    });
  });

  it('offers permits while probing, and to nobody while a person holds it', () => {
    const { probes, probeTtlMs } = DEFAULT_POLICY.recovery;
    const view = viewOf({ ...breaker, state: probing }, now);
    // Permits lapsed in two rounds: those of the third live four times as long.
    expect(view.probe).toEqual({ round: 3, permits: probes, ttlMs: 4 * probeTtlMs });
    const passed = viewOf({ ...breaker, state: { ...probing, passed: 2 } }, now);
    expect(passed.probe).toMatchObject({ permits: probes - 2 });
    const held = viewOf(
      { ...breaker, state: probing, control: { mode: 'held', until: null } },
      now,
    );
    expect(held).not.toHaveProperty('probe');
  });

  it('offers no permits where a check answers the probes', () => {
    const probe = { kind: 'tcp', host: 'a', port: 1, timeoutMs: 1_000 } as const;
    const policy = { ...DEFAULT_POLICY, recovery: { ...DEFAULT_POLICY.recovery, probe } };
    expect(viewOf({ ...breaker, state: probing, policy }, now)).not.toHaveProperty('probe');
  });

  it('admits all while observing', () => {
    expect(viewOf({ ...breaker, control: { mode: 'observe' } }, now).admission).toBe(ADMISSION_ALL);
  });

  it.each([open, probing])('is what the protocol knows: $kind', (state) => {
    const view = viewOf({ ...breaker, state }, now);
    expect(breakerViewSchema.parse(view)).toEqual(view);
  });
});

describe('readBreaker', () => {
  it('maps a row, its view included', () => {
    expect(readBreaker(row)).toMatchObject({
      key: 'stripe',
      version: 4,
      revision: 2,
      control: { mode: 'held', until: now + 60_000 },
      policy: DEFAULT_POLICY,
      seq: 9,
      now,
      view: { mode: 'held', state: 'open' },
    });
  });

  it.each([
    ['state.kind', { state: { kind: 'ajar' } }],
    ['state.relapses', { state: { ...open, relapses: -1 } }],
    ['policy.minCalls', { policy: JSON.stringify({ ...DEFAULT_POLICY, minCalls: 'many' }) }],
    [
      'rules.0.when',
      { rules: JSON.stringify([{ id: 'r', when: 'now', clauses: [], effect: { kind: 'admit' } }]) },
    ],
    ['mode', { mode: 'manual' }],
    ['version', { version: 0 }],
    ['salt', { salt: '' }],
  ])('names the field that is wrong: %s', (field, change) => {
    const read = () => readBreaker({ ...row, ...change });
    expect(read).toThrow(
      expect.objectContaining({
        code: 'corrupt_row',
        details: { breaker: 'stripe', environment: 'e', field },
      }),
    );
  });

  it('does without what is only shown and cannot be read', () => {
    const last = { at: 1, action: 'a', reason: '', evidence: { cause: 'a_later_cause' } };
    expect(readBreaker({ ...row, last })).toMatchObject({ key: 'stripe', last: null });
  });

  it('shares nothing that could be changed', () => {
    const { policy } = readBreaker(row);
    expect(Object.isFrozen(policy.recovery.ladder)).toBe(true);
    expect(readBreaker(row).policy).toBe(policy);
  });
});
