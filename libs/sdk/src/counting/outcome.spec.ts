import { describe, expect, it } from 'vitest';
import { CallTimeoutError, CircuitOpenError } from '../errors.js';
import { outcomeOfError, outcomeOfResult } from './outcome.js';

const error = (fields: object): Error => Object.assign(new Error('x'), fields);
const open = new CircuitOpenError({
  breaker: 'b',
  state: 'open',
  reason: 'open',
  retryAfterMs: null,
});

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
    ['another breaker', open, 'ignored'],
  ])('%s', (_, value, outcome) => {
    expect(outcomeOfError(value, undefined)).toBe(outcome);
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
  ])('%s', (_, value, outcome) => {
    expect(outcomeOfResult(value, undefined)).toBe(outcome);
  });

  it('asks isFailure', () => {
    const isFailure = (value: unknown, kind: string) => kind === 'result' && value === 'bad';
    expect(outcomeOfResult('bad', isFailure)).toBe('failure');
    expect(outcomeOfResult('good', isFailure)).toBe('success');
  });
});
