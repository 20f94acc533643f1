import { describe, expect, it } from 'vitest';
import { RecloserOptionError } from '../errors.js';
import { type BreakerOptions } from './options.js';
import { presets } from './presets.js';
import { Recloser } from '../recloser.js';
import { FakeSystem, makeRig } from '../sdk.fake.js';
import { staleCache } from '../calls/stale-cache.js';

/** What may come from code without types. */
const untyped = (value: unknown): never => value as never;

function problemOf(run: () => unknown): RecloserOptionError {
  try {
    run();
  } catch (error) {
    if (error instanceof RecloserOptionError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('options of a breaker', () => {
  it.each<[string, unknown, string]>([
    ['timeoutMs', 0, 'a number ≥ 1, or Infinity, not 0'],
    ['timeoutMs', -5, 'not -5'],
    ['timeoutMs', Number.NaN, 'not NaN'],
    ['timeoutMs', '3000', "not '3000'"],
    ['timeoutMs', null, 'not object'],
    ['stallMs', {}, 'not object'],
    ['slowMs', true, 'not true'],
    ['maxConcurrent', 0, 'a whole number ≥ 1, or Infinity'],
    ['maxConcurrent', 1.5, 'whole'],
    ['maxQueue', -1, '≥ 0'],
    ['queueTimeoutMs', 'soon', "'soon'"],
    ['missingKey', 'guess', "'sample' or 'instance' or 'hold', not 'guess'"],
    ['isFailure', true, 'a function'],
    ['stackTrace', 'yes', 'true or false'],
    ['coalesce', 'accountId', 'a function'],
    ['retry', 3, 'an object'],
    ['retry.maxRetries', 11, 'a whole number 0 … 10, not 11'],
    ['retry.baseMs', -1, '≥ 0'],
    ['retry.retryIf', 5, 'a function'],
    ['retry.attempts', 5, 'one of maxRetries, baseMs, maxMs, retryIf'],
    ['policy.failureRate', 50, '0.01 … 1'],
    ['policy.ramp', [0.5, 0.25], 'rising'],
    ['policy.ramp', [0.5, 1], 'between 0 and 1'],
    ['policy.probes', 0, '1 … 100'],
    ['timeout', 3_000, 'one of timeoutMs, stallMs'],
    ['constructor', 1, 'one of'],
  ])('%s: %j is refused by name', (path, value, words) => {
    const [group, name] = path.split('.');
    const options = name === undefined ? { [path]: value } : { [group ?? '']: { [name]: value } };
    const problem = problemOf(() => makeRig().recloser.breaker('a', untyped(options)));
    expect(problem).toMatchObject({ code: 'RECLOSER_OPTION', option: path, value });
    expect(problem.message).toContain(`Option ${path} must be `);
    expect(problem.message).toContain(words);
    expect(problem).toBeInstanceOf(TypeError);
  });

  it('may be what they are documented to be, or left out as undefined', () => {
    const { recloser } = makeRig();
    const fine: readonly BreakerOptions<unknown>[] = [
      {},
      { timeoutMs: Infinity, maxConcurrent: Infinity, maxQueue: 0, retry: { maxRetries: 0 } },
      { policy: { ramp: [], failureRate: 1 }, fallback: null, missingKey: 'hold' },
      untyped({ timeoutMs: undefined, retry: undefined }),
      ...Object.values(presets),
    ];
    for (const options of fine) expect(() => recloser.breaker('a', options)).not.toThrow();
    expect(problemOf(() => recloser.breaker(untyped(5))).option).toBe('key');
    expect(problemOf(() => recloser.breaker('a', untyped(null))).message).toContain('object');
  });

  it('name a long value shortly', () => {
    const options = untyped({ missingKey: 'x'.repeat(1e6) });
    const { message } = problemOf(() => makeRig().recloser.breaker('a', options));
    expect(message.length).toBeLessThan(200);
  });
});

describe('options of the SDK', () => {
  it.each<[string, unknown]>([
    ['url', 5],
    ['service', {}],
    ['connect', 'no'],
    ['force', 'stripe=open'],
    ['force.stripe', 'half'],
    ['defaults.timeoutMs', -1],
    ['defaults.fallback', 'x'],
    ['policies.stripe', 5],
    ['surprise', true],
  ])('%s: %j is refused by name', (path, value) => {
    const [group, name] = path.split('.');
    const options = name === undefined ? { [path]: value } : { [group ?? '']: { [name]: value } };
    const problem = problemOf(() => new Recloser(untyped(options), new FakeSystem()));
    expect(problem).toMatchObject({ option: path, value });
  });

  it('name a policy by its breaker', () => {
    const policies = { stripe: { minCalls: 0 } };
    expect(problemOf(() => makeRig({ policies }))).toMatchObject({
      option: 'policies.stripe.minCalls',
    });
  });

  it('may come from an environment that does not set them', () => {
    const options = untyped({ url: undefined, service: undefined });
    expect(() => makeRig(options)).not.toThrow();
  });
});

describe('options of a stale cache', () => {
  it.each<[string, unknown]>([
    ['staleCache.key', {}],
    ['staleCache.ttlMs', { key: () => 'x', ttlMs: 0 }],
    ['staleCache.maxEntries', { key: () => 'x', maxEntries: 1e9 }],
    ['staleCache', undefined],
  ])('%s is refused by name', (option, given) => {
    expect(problemOf(() => staleCache(untyped(given)))).toMatchObject({
      option,
    });
  });
});
