import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallTimeoutError, CircuitOpenError } from '../errors.js';
import { outcomeOfError, outcomeOfResult } from './outcome.js';

const error = (fields: object): Error => Object.assign(new Error('x'), fields);
/** Throws for everything that is done with it, once it was asked so many times. */
function throwing(value: unknown, left: number): unknown {
  let asked = 0;
  const target = typeof value === 'object' && value !== null ? value : {};
  const count = <T>(give: T): T => {
    asked += 1;
    if (asked > left) throw new Error('do not touch');
    return give;
  };
  return new Proxy(target, {
    get: (from, name) => count<unknown>(Reflect.get(from, name)),
    has: (from, name) => count(Reflect.has(from, name)),
    getPrototypeOf: (from) => count(Reflect.getPrototypeOf(from)),
  });
}
const open = new CircuitOpenError({
  breaker: 'b',
  state: 'open',
  reason: 'open',
  retryAfterMs: null,
});

const turning = new AggregateError([]);
turning.errors.push(turning);

describe('outcomeOfError', () => {
  it.each<[string, unknown, string]>([
    ['an error', new Error('x'), 'failure'],
    ['a thrown text', 'x', 'failure'],
    ['undefined', undefined, 'failure'],
    ['HTTP 400', error({ status: 400 }), 'success'],
    ['HTTP 404 in statusCode', error({ statusCode: 404 }), 'success'],
    ['HTTP 402 in response.status', error({ response: { status: 402 } }), 'success'],
    ['HTTP 429', error({ status: 429 }), 'throttled'],
    ['HTTP 503', error({ response: { status: 503 } }), 'failure'],
    ['a status that is none', error({ status: 'open' }), 'failure'],
    ['our timeout', new CallTimeoutError('b', 1, false), 'timeout'],
    ['our timeout while lagging', new CallTimeoutError('b', 1, true), 'localLag'],
    ['AbortSignal.timeout', error({ name: 'TimeoutError' }), 'timeout'],
    ['a socket timeout', error({ code: 'ETIMEDOUT' }), 'timeout'],
    [
      'fetch with a timed out cause',
      error({ cause: { code: 'UND_ERR_HEADERS_TIMEOUT' } }),
      'timeout',
    ],
    ['a refused connection', error({ code: 'ECONNREFUSED' }), 'failure'],
    ['an abort', error({ name: 'AbortError' }), 'cancelled'],
    ['an abort of axios', error({ code: 'ERR_CANCELED' }), 'cancelled'],
    ['a 404 of got', error({ response: { statusCode: 404 } }), 'success'],
    ['a 502 of got', error({ response: { statusCode: 502 } }), 'failure'],
    ['a 404 of AWS', error({ $metadata: { httpStatusCode: 404 } }), 'success'],
    ['a 503 of AWS', error({ $metadata: { httpStatusCode: 503 } }), 'failure'],
    [
      'a 400 of AWS that means too fast',
      error({ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }),
      'throttled',
    ],
    ['a time limit of AWS', error({ name: 'TimeoutError', $metadata: {} }), 'timeout'],
    ['a wrapped 404', error({ cause: error({ status: 404 }) }), 'success'],
    ['a wrapped abort', error({ cause: error({ name: 'AbortError' }) }), 'cancelled'],
    [
      'a wrapped 404, three deep',
      error({ cause: { cause: { cause: { status: 404 } } } }),
      'success',
    ],
    [
      '404s of all',
      new AggregateError([error({ status: 404 }), error({ status: 410 })]),
      'success',
    ],
    [
      'a 404 and a 503',
      new AggregateError([error({ status: 404 }), error({ status: 503 })]),
      'failure',
    ],
    ['a 404 and a refused one', new AggregateError([error({ status: 404 }), error({})]), 'failure'],
    ['aborts of all', new AggregateError([error({ name: 'AbortError' })]), 'cancelled'],
    ['errors that are none', error({ errors: ['name is missing', 1] }), 'failure'],
    ['errors that contain themselves', turning, 'failure'],
    ['another breaker, wrapped', error({ cause: open }), 'ignored'],
    ['our timeout, wrapped', error({ cause: new CallTimeoutError('b', 1, false) }), 'timeout'],
    [
      'its own status before that of its cause',
      error({ status: 500, cause: { status: 404 } }),
      'failure',
    ],
    ['another breaker', open, 'ignored'],
  ])('%s', (_, value, outcome) => {
    expect(outcomeOfError(value, undefined)).toBe(outcome);
  });

  it.each(
    [
      'success cancelled failure success timeout success success success throttled',
      'success success success failure failure failure failure success',
    ]
      .join(' ')
      .split(' ')
      .map((outcome, code) => [code, outcome] as const),
  )('gRPC code %i: %s', (code, outcome) => {
    expect(outcomeOfError(error({ code, details: '', metadata: {} }), undefined)).toBe(outcome);
    expect(outcomeOfError(error({ code }), undefined)).toBe('failure');
  });

  it('never throws, loops or waits, whatever it reads', () => {
    const endless: Record<string, unknown> = {};
    endless['cause'] = endless;
    expect(outcomeOfError(endless, undefined)).toBe('failure');
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.nat(40), (value, left) => {
        for (const hostile of [value, throwing(value, left), { cause: throwing(value, left) }]) {
          expect(typeof outcomeOfError(hostile, undefined)).toBe('string');
          expect(typeof outcomeOfError(hostile, () => true)).toBe('string');
          expect(typeof outcomeOfResult(hostile, undefined)).toBe('string');
        }
      }),
    );
  });

  it('asks isFailure first, and does not trust it', () => {
    const told = (answer: unknown) => outcomeOfError(new Error('x'), () => answer as boolean);
    expect(told(false)).toBe('success');
    expect(told(true)).toBe('failure');
    expect(told('ignore')).toBe('ignored');
    expect(told(undefined)).toBe('failure');
    expect(told(17)).toBe('failure');
    const broken = (): never => {
      throw new Error('mine');
    };
    expect(outcomeOfError(error({ status: 404 }), broken)).toBe('success');
    expect(outcomeOfError(error({ code: 'ETIMEDOUT' }), () => true)).toBe('timeout');
  });
});

describe('outcomeOfResult', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'success'],
    ['null', null, 'success'],
    ['a fetch response', { ok: true, status: 200, headers: {} }, 'success'],
    ['a fetch 500', { ok: false, status: 500, headers: {} }, 'failure'],
    ['a fetch 404', { ok: false, status: 404, headers: {} }, 'success'],
    ['a fetch 429', { ok: false, status: 429, headers: {} }, 'throttled'],
    ['what only looks like one', { ok: false, reason: 'declined' }, 'success'],
    ['a 503 of undici’s request', { statusCode: 503, headers: {}, body: {} }, 'failure'],
    ['a 429 of got', { ok: false, statusCode: 429, headers: {} }, 'throttled'],
    ['a 500 that axios let pass', { status: 500, headers: {}, config: {}, data: '' }, 'failure'],
    ['a number that is no status', { status: 5_000, headers: {} }, 'success'],
    ['a status without headers', { status: 503 }, 'success'],
    ['a state in words', { status: 'failed', headers: {} }, 'success'],
  ])('%s', (_, value, outcome) => {
    expect(outcomeOfResult(value, undefined)).toBe(outcome);
  });

  it('asks isFailure', () => {
    const isFailure = (value: unknown, kind: string) => kind === 'result' && value === 'bad';
    expect(outcomeOfResult('bad', isFailure)).toBe('failure');
    expect(outcomeOfResult('good', isFailure)).toBe('success');
  });
});
