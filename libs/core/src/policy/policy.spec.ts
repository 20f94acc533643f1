import { describe, expect, it } from 'vitest';
import { CALL_SETTINGS } from '../model/call-policy.js';
import type { Policy } from '../model/model.js';
import { callView, DEFAULT_POLICY, mergePolicy, type PolicyPatch } from './policy.js';
import type { ProbeCheck } from '../model/probe-check.js';
import { POLICY_LIMITS, type PolicyLimit } from '../model/policy-limits.js';
import { validatePolicy } from './policy-validation.js';

const limits = Object.entries<PolicyLimit>(POLICY_LIMITS);

const HTTP: ProbeCheck = {
  kind: 'http',
  url: 'https://api.example.com/health',
  method: 'GET',
  expectStatus: 200,
  timeoutMs: 1_000,
  maxLatencyMs: 500,
};
const TCP: ProbeCheck = { kind: 'tcp', host: 'db.example.com', port: 5_432, timeoutMs: 1_000 };
const CONSECUTIVE = { failures: 5, instances: 2, withinMs: 60_000 };
/** With every part that is off by default. */
const COMPLETE_POLICY: Policy = {
  ...DEFAULT_POLICY,
  consecutive: CONSECUTIVE,
  adaptive: { k: 2 },
};

/** A patch that sets one path. */
function patch(path: string, value: unknown): PolicyPatch {
  const [group, name] = path.split('.');
  if (name === undefined) return { [group!]: value };
  const whole = group === 'consecutive' ? CONSECUTIVE : {};
  return { [group!]: { ...whole, [name]: value } };
}
const paths = (change: PolicyPatch) =>
  validatePolicy(mergePolicy(COMPLETE_POLICY, change)).map(({ path }) => path);

describe('mergePolicy', () => {
  it('puts a patch over a policy and leaves both as they are', () => {
    const before = structuredClone(DEFAULT_POLICY);
    const merged = mergePolicy(DEFAULT_POLICY, {
      minCalls: 5,
      trip: { toleratedSlowRate: 0.5 },
      recovery: { ladder: [1, 2] },
    });
    expect(merged).toEqual({
      ...before,
      minCalls: 5,
      trip: { ...before.trip, toleratedSlowRate: 0.5 },
      recovery: { ...before.recovery, ladder: [1, 2] },
    });
    expect(DEFAULT_POLICY).toEqual(before);
    expect(mergePolicy(DEFAULT_POLICY, {})).toEqual(before);
  });

  it('switches a part on and off as a whole', () => {
    const on = mergePolicy(DEFAULT_POLICY, { consecutive: CONSECUTIVE });
    expect(on.consecutive).toEqual(CONSECUTIVE);
    expect(mergePolicy(on, { minCalls: 5 }).consecutive).toEqual(CONSECUTIVE);
    expect(mergePolicy(on, { consecutive: null })).toEqual(DEFAULT_POLICY);
  });

  it('can set an optional number to null, and drops unknown names', () => {
    const on = mergePolicy(DEFAULT_POLICY, { call: { timeoutMs: 100 } });
    expect(mergePolicy(on, { call: { timeoutMs: null } }).call.timeoutMs).toBeNull();
    expect(mergePolicy(DEFAULT_POLICY, { trip: { surprise: 1 } } as PolicyPatch)).toEqual(
      DEFAULT_POLICY,
    );
  });
});

describe('callView', () => {
  it('leaves out what older versions did not know, as long as it is not set', () => {
    const { call } = DEFAULT_POLICY;
    expect(callView(call)).toEqual({ timeoutMs: null, stallMs: null, slowMs: null });
    const whole = {
      timeoutMs: 1,
      stallMs: 2,
      slowMs: 3,
      maxConcurrent: 4,
      maxQueue: 5,
      maxRetries: 6,
      locked: CALL_SETTINGS,
    };
    const learned = { autoFalseRate: 0.001, autoMinMs: 1, autoMaxMs: 2 };
    expect(callView({ ...whole, ...learned })).toEqual(whole);
  });
});

describe('validatePolicy', () => {
  it('finds nothing in the default', () => {
    expect(validatePolicy(DEFAULT_POLICY)).toEqual([]);
  });

  it('has limits for every number of a policy, and only for those', () => {
    const numbers = Object.entries(COMPLETE_POLICY).flatMap(([group, value]) =>
      typeof value === 'number'
        ? [group]
        : Object.entries(value as object)
            .filter(([name]) => name !== 'probe')
            .filter(([, inner]) => typeof inner === 'number' || inner === null)
            .map(([name]) => `${group}.${name}`),
    );
    expect(Object.keys(POLICY_LIMITS).sort()).toEqual(numbers.sort());
  });

  it.each(limits)('%s: refuses what is outside, says the range and why', (path, limit) => {
    for (const value of [limit.min - 1, limit.max + 1, Number.NaN, Number.POSITIVE_INFINITY, 'a']) {
      const problems = validatePolicy(mergePolicy(COMPLETE_POLICY, patch(path, value)));
      expect(problems[0]).toMatchObject({ path, min: limit.min, max: limit.max });
    }
    const outside = validatePolicy(mergePolicy(COMPLETE_POLICY, patch(path, limit.max + 1)));
    expect(outside[0]?.message).toContain(limit.reason);
  });

  it.each(limits.filter(([, limit]) => limit.integer))('%s: refuses a fraction', (path, limit) => {
    expect(paths(patch(path, limit.min + 0.5))).toContain(path);
  });

  it.each<[string, PolicyPatch, string[]]>([
    [
      'an excess that not even a death reaches in time',
      { trip: { toleratedRate: 0.95, excessMs: 6_001 } },
      ['trip.excessMs'],
    ],
    ['an excess that a death just reaches', { trip: { toleratedRate: 0.95, excessMs: 6_000 } }, []],
    [
      'a rate that nothing is above',
      { trip: { toleratedRate: 1 } },
      ['trip.toleratedRate', 'trip.excessMs'],
    ],
    [
      'no tolerance at all',
      { trip: { toleratedRate: 0 } },
      ['trip.toleratedRate', 'recovery.recoveryRate'],
    ],
    ['an empty ladder', { recovery: { ladder: [] } }, ['recovery.ladder']],
    [
      '65 steps',
      { recovery: { ladder: Array.from({ length: 65 }, (_, i) => i + 1) } },
      ['recovery.ladder'],
    ],
    ['64 steps', { recovery: { ladder: Array.from({ length: 64 }, (_, i) => i + 1) } }, []],
    ['a ladder that does not rise', { recovery: { ladder: [5, 5, 9] } }, ['recovery.ladder.1']],
    [
      'a ladder from nothing to all',
      { recovery: { ladder: [0, 2 ** 32] } },
      ['recovery.ladder.0', 'recovery.ladder.1'],
    ],
    ['a step in fractions', { recovery: { ladder: [1.5] } }, ['recovery.ladder.0']],
    ['a cap below the cool-down', { recovery: { coolDownMs: 90_000 } }, ['recovery.coolDownMaxMs']],
    [
      'a longest dwell below the shortest',
      { recovery: { dwellMinMs: 31_000 } },
      ['recovery.dwellMaxMs'],
    ],
    [
      'a recovery at the rate that trips',
      { recovery: { recoveryRate: 0.4 } },
      ['recovery.recoveryRate'],
    ],
    ['a stall after the timeout', { call: { timeoutMs: 100, stallMs: 101 } }, ['call.stallMs']],
    ['a lock without a value', { call: { locked: ['maxRetries'] } }, ['call.maxRetries']],
    ['a lock', { call: { maxRetries: 0, locked: ['maxRetries'] } }, []],
    [
      'more instances than failures',
      { consecutive: { ...CONSECUTIVE, failures: 2, instances: 3 } },
      ['consecutive.instances'],
    ],
    ['an HTTP check', { recovery: { probe: HTTP } }, []],
    [
      'a check of a whole URL',
      { recovery: { probe: { ...HTTP, url: 'http://[::1]:80/a?b=c' } } },
      [],
    ],
    ...['ftp://a/', 'https://', 'https://u:p@a/', 'a.example', 'https://a/#b', 'https://a b/'].map(
      (url): [string, PolicyPatch, string[]] => [
        `a check of ${url}`,
        { recovery: { probe: { ...HTTP, url } } },
        ['recovery.probe.url'],
      ],
    ),
    [
      'an HTTP check with impossible numbers',
      { recovery: { probe: { ...HTTP, expectStatus: 99, timeoutMs: 2_000, maxLatencyMs: 3_000 } } },
      ['recovery.probe.expectStatus', 'recovery.probe.maxLatencyMs', 'recovery.probe.timeoutMs'],
    ],
    ['a TCP check', { recovery: { probe: TCP } }, []],
    [
      'a TCP check of nowhere',
      { recovery: { probe: { ...TCP, host: 'a:b/c', port: 0 } } },
      ['recovery.probe.host', 'recovery.probe.port'],
    ],
    [
      'checks that do not fit into a permit',
      { recovery: { probe: TCP, probes: 10 } },
      ['recovery.probe.timeoutMs'],
    ],
    ['a dwell of nothing', { recovery: { dwellMinMs: 0 } }, ['recovery.dwellMinMs']],
    [
      'a dwell of a month',
      { recovery: { dwellMinMs: 2_592_000_000, dwellMaxMs: 2_592_000_000 } },
      ['recovery.dwellMinMs', 'recovery.dwellMaxMs'],
    ],
    ['a switched-on slow rate', { trip: { toleratedSlowRate: 0.5 } }, []],
  ])('%s', (_name, change, expected) => {
    expect(paths(change)).toEqual(expected);
    for (const { message } of validatePolicy(mergePolicy(COMPLETE_POLICY, change)))
      expect(message).toMatch(/^.{15,}\.$/s);
  });

  it('refuses null where a number is needed', () => {
    // As it may come out of a database.
    const broken = { ...DEFAULT_POLICY, ...(JSON.parse('{"minCalls":null}') as Partial<Policy>) };
    expect(validatePolicy(broken)[0]?.path).toBe('minCalls');
  });
});
