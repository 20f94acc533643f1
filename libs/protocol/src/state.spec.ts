import {
  CALL_SETTINGS,
  type BreakerState,
  type BreakerView,
  type Control,
  type Counts,
  DEFAULT_POLICY,
  initialState,
  type Policy,
  type InstanceCounts,
  type Rule,
  type PartitionState,
  type TransitionEvidence,
} from '@recloser/core';
import { describe, expect, it } from 'vitest';
import {
  breakerKeySchema,
  breakerViewSchema,
  policySchema,
  ruleSchema,
  rulesSchema,
} from './domain.js';
import {
  breakerStateSchema,
  controlSchema,
  countsSchema,
  partitionStatesSchema,
  transitionEvidenceSchema,
} from './state.js';

const outage = {
  outageStartedAt: 1,
  rateBefore: 0.01,
  relapses: 2,
  latencyBefore: { p50Ms: 12, p95Ms: 30 },
};
const states: Required<BreakerState>[] = [
  {
    kind: 'closed',
    since: 1,
    relapses: 0,
    stableAt: 2,
    load: { raiseWaitMs: 4_000 },
    wouldHaveTrippedAt: 3,
  },
  { kind: 'open', since: 1, coolDownEndsAt: null, keepsRules: true, ...outage },
  { kind: 'probing', since: 1, round: 1, roundStartedAt: 2, passed: 1, ...outage },
  {
    kind: 'ramping',
    since: 1,
    ladder: [2 ** 28, 2 ** 31],
    step: 1,
    exact: null,
    stepStartedAt: 2,
    dwellStartedAt: null,
    dwellMs: 1_000,
    lastDwellMs: 2_000,
    paused: true,
    pausedUntil: 5,
    ...outage,
  },
  {
    kind: 'dimmed',
    since: 1,
    admission: 2 ** 30,
    until: 5,
    load: { changedAt: 2, ceiling: 2 ** 31, rising: true, raiseWaitMs: 2_000, relapses: 1 },
  },
];

describe('schemas of the domain', () => {
  // A field of the core that a schema forgot would be lost on its way through the database.
  it('have every field of the core, optional ones too', () => {
    for (const state of states) expect(breakerStateSchema.parse(state)).toEqual(state);
    const view: Required<BreakerView> = {
      key: 'stripe',
      version: 1,
      state: 'probing',
      mode: 'auto',
      admission: 0,
      salt: 's',
      cohortKey: 'accountId',
      cohort: 'suffix',
      keepsRules: true,
      maxRps: 10,
      rules: [],
      segments: [
        { key: 'staff', clauses: [{ attribute: 'email', operator: 'matches', values: ['@corp'] }] },
      ],
      call: {
        timeoutMs: 1,
        stallMs: 2,
        slowMs: 3,
        maxConcurrent: 4,
        maxQueue: 5,
        maxRetries: 6,
        locked: CALL_SETTINGS,
      },
      retryAfterMs: 4,
      probe: { round: 1, permits: 3, ttlMs: 5_000 },
      windows: [2_000, 8_000, 30_000],
      toleratedRate: 0.4,
      toleratedSlowRate: 0.5,
      scopes: [
        {
          kind: 'zone',
          value: 'eu-1a',
          version: 2,
          state: 'probing',
          mode: 'auto',
          admission: 0,
          retryAfterMs: null,
          probe: { round: 1, permits: 3, ttlMs: 5_000 },
          keepsRules: true,
          maxRps: 40,
        },
      ],
      lastVersion: 3,
    };
    expect(breakerViewSchema.parse(view)).toEqual(view);
    const policy: Policy = DEFAULT_POLICY;
    expect(policySchema.parse(policy)).toEqual(policy);
    const { timeoutMs, stallMs, slowMs } = policy.call;
    const stored = { ...policy, call: { timeoutMs, stallMs, slowMs } };
    expect(policySchema.parse(stored)).toEqual(policy);
    const rule: Required<Rule> = {
      id: 'r',
      description: 'd',
      when: 'always',
      clauses: [
        { attribute: 'a', operator: 'in', values: ['x', 1, true], negate: true, ignoreCase: true },
      ],
      effect: { kind: 'admission', admission: 5 },
    };
    expect(ruleSchema.parse(rule)).toEqual(rule);
    const controls: Control[] = [{ mode: 'auto' }, { mode: 'observe' }, { mode: 'held', until: 3 }];
    for (const control of controls) expect(controlSchema.parse(control)).toEqual(control);
  });

  it('keep the whole of a transition’s evidence', () => {
    const counts: Counts = {
      ok: 1,
      failures: 2,
      slow: 3,
      timeouts: 4,
      stalled: 5,
      rejected: 6,
      throttled: 7,
      localLag: 8,
      ruledOk: 9,
      ruledFailures: 10,
      limited: 11,
    };
    expect(countsSchema.parse(counts)).toEqual(counts);
    // As it was stored before there were rate limits.
    const { limited: _, ...older } = counts;
    expect(countsSchema.parse(older)).toEqual({ ...counts, limited: 0 });
    const evidence: Required<TransitionEvidence> = {
      cause: 'excess_failures',
      summary: 'words',
      window: required<NonNullable<TransitionEvidence['window']>>({
        lengthMs: 2_000,
        counts,
        failingBuckets: 4,
        reporting: 3,
        failing: 2,
        heaviest: [
          required<InstanceCounts>({
            instanceId: 'i',
            service: 's',
            zone: null,
            region: 'r',
            calls: 3,
            failures: 2,
            slow: 1,
            failingBuckets: 1,
            observedBuckets: 2,
            lastFailureAt: 1,
            localLag: 1,
            keyId: 'k',
          }),
        ],
        groups: [
          {
            service: 's',
            zone: null,
            region: 'r',
            calls: 3,
            failures: 2,
            slow: 0,
            reporting: 1,
            failing: 1,
            slowInstances: 0,
            failingBuckets: 1,
            observedBuckets: 2,
            keys: [{ keyId: 'k', reporting: 1, failing: 1 }],
          },
        ],
        firstFailureAt: 1,
        lastFailureAt: null,
        slowInstances: 1,
        run: { failures: 3, startedAt: 4 },
        lag: { instances: 1, reporting: 3, failing: 2, failingBuckets: 4 },
        lagCounted: true,
        keys: [{ keyId: 'k', name: 'checkout', reporting: 3, failing: 2 }],
        wait: { reporting: 3, until: [[12, 2]] },
        local: {
          keys: [{ keyId: 'k', name: 'checkout', reporting: 3, opened: 2, openedAt: [1, 2] }],
          well: 1,
          calls: 12,
          failures: 12,
          failedAt: 2,
          heardAt: 3,
        },
        excess: {
          toleratedRate: 0.35,
          excessMs: 1_000,
          neededMs: 950,
          calls: 3,
          bad: 2,
          startedAt: 1,
          observedMs: 1_500,
        },
      }),
      probe: required<NonNullable<TransitionEvidence['probe']>>({
        round: 1,
        claimed: 3,
        succeeded: 2,
        failed: 0,
        lastClaimedAt: 7,
        slowestMs: 8,
        reason: 'a time-out',
      }),
      acks: { connected: 3, applied: 2, behind: ['i'] },
      scope: { kind: 'instance', value: 'i' },
      leftOut: [{ kind: 'zone', value: 'z' }],
    };
    expect(transitionEvidenceSchema.parse(evidence)).toEqual(evidence);
  });

  it('keep the whole of a scoped state', () => {
    const scoped: Required<PartitionState> = {
      scope: { kind: 'instance', value: 'i' },
      version: 6,
      state: initialState(1),
      control: { mode: 'held', until: null },
      within: required<PartitionState['within']>({ service: 's', zone: 'z', region: 'r' }),
      instances: 1,
      last: { at: 1, cause: 'command', summary: 'words', actor: 'Ada', reason: 'why' },
      outage: { startedAt: 1, cause: 'command', summary: 'words', actor: 'Ada', failedRounds: 2 },
    };
    expect(partitionStatesSchema.parse([scoped])).toEqual([scoped]);
  });

  it.each(states)('keep a field of a newer version in a state: $kind', (state) => {
    const newer = { ...state, later: { a: 1 } };
    expect(breakerStateSchema.parse(newer)).toEqual(newer);
  });

  it('leave out what is only shown of a part of the fleet and cannot be read', () => {
    const scoped: PartitionState = {
      scope: { kind: 'zone', value: 'z' },
      version: 6,
      state: initialState(1),
      control: { mode: 'auto' },
      within: {},
      instances: 1,
    };
    const last = { at: 1, cause: 'a_later_cause', summary: '', actor: null, reason: '' };
    expect(partitionStatesSchema.parse([{ ...scoped, last }])).toEqual([scoped]);
    expect(partitionStatesSchema.parse([scoped])).toEqual([scoped]);
  });

  it.each(['a/b', ' a', 'a ', '', 'a\nb', '\u0000', '/', 'x'.repeat(201)])(
    'refuse the breaker key %j',
    (key) => {
      expect(breakerKeySchema.safeParse(key).success).toBe(false);
    },
  );

  it.each(['a', 'stripe', 'GET charges', 'Zahlung – Überweisung 💶', 'a.b:c@d', 'x'.repeat(200)])(
    'take the breaker key %j',
    (key) => {
      expect(breakerKeySchema.parse(key)).toBe(key);
    },
  );

  it('bound the rules', () => {
    const rule = { id: 'r', when: 'always', clauses: [], effect: { kind: 'admit' } };
    expect(rulesSchema.safeParse(Array.from({ length: 101 }, () => rule)).success).toBe(false);
    const clause = { attribute: 'a', operator: 'sounds_like', values: ['x'] };
    expect(ruleSchema.safeParse({ ...rule, clauses: [clause] }).success).toBe(false);
  });
});

/** A value with its optional fields, too. */
function required<T>(value: Required<T>): T {
  return value;
}
