import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedDelay, reconnectDelay } from './uplink/backoff.js';
import { socketUrl } from './uplink/endpoint.js';
import { CallTimeoutError, CircuitOpenError } from './errors.js';
import { forcedStates } from './force.js';
import { Histogram } from './histogram.js';
import { LocalBreaker } from './local-breaker.js';
import { outcomeOfError, outcomeOfResult } from './outcome.js';
import { SDK_NAME } from './version.js';

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

describe('socketUrl', () => {
  it.each([
    ['ws://localhost:4400', 'ws://localhost:4400/v1/sdk'],
    ['wss://cp.example/', 'wss://cp.example/v1/sdk'],
    ['http://localhost:4400', 'ws://localhost:4400/v1/sdk'],
    ['https://cp.example/recloser/v1/sdk?a=b', 'wss://cp.example/recloser/v1/sdk?a=b'],
    ['ws+unix:///run/recloser.sock', 'ws+unix:/run/recloser.sock:/v1/sdk'],
    ['ws+unix:///run/r.sock:/x', 'ws+unix:/run/r.sock:/x'],
    ['localhost', null],
    ['ftp://x', null],
    ['', null],
  ])('%s', (url, expected) => {
    expect(socketUrl(url)).toBe(expected);
  });
});

describe('waits', () => {
  it('stay within their bounds', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, random) => {
          const wait = reconnectDelay(failures, random);
          const full = failures === 0 ? 1_000 : Math.min(30_000, 1_000 * 2 ** (failures - 1));
          expect(wait).toBeLessThanOrEqual(full);
          expect(wait).toBeGreaterThanOrEqual(failures === 0 ? 0 : full / 2);
          expect(askedDelay(5_000, random)).toBeGreaterThanOrEqual(5_000);
        },
      ),
    );
  });
});

describe('forcedStates', () => {
  it('reads the variable over the option, and names what it cannot read', () => {
    const { force, problem } = forcedStates(
      { a: 'open', b: 'open' },
      ' a=closed, k=x=open,bad ,c=ajar',
    );
    expect([...force]).toEqual([
      ['a', 'closed'],
      ['b', 'open'],
      ['k=x', 'open'],
    ]);
    expect(problem).toContain('bad, c=ajar');
    expect(forcedStates(undefined, undefined)).toEqual({ force: new Map(), problem: null });
  });
});

describe('Histogram', () => {
  it('is at most 9.1 % above the true percentile', () => {
    const ms = fc.double({ min: 0.002, max: 60_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(ms, { minLength: 1, maxLength: 200 }), (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.add(value);
        const sorted = values.toSorted((a, b) => a - b);
        for (const share of [0.5, 0.95, 0.99]) {
          const exact = sorted[Math.ceil(sorted.length * share) - 1]!;
          const found = histogram.percentile(share)!;
          expect(found).toBeGreaterThanOrEqual(exact * 0.999999);
          expect(found).toBeLessThanOrEqual(exact * 1.091);
        }
      }),
    );
    expect(new Histogram().percentile(0.5)).toBeNull();
  });
});

describe('LocalBreaker', () => {
  const closed = { state: 'closed', admission: 2 ** 32 } as const;

  it('keeps probes to one call in as many as there are instances, and one a second', () => {
    const breaker = new LocalBreaker({ state: 'open', admission: 0 }, 100, null, 0, 0);
    expect(breaker.advance(2_999)).toBe(false);
    expect(breaker.advance(3_000)).toBe(true);
    expect(breaker.claimProbe(3_000, 0.011)).toBe(false);
    expect(breaker.claimProbe(3_000, 0.009)).toBe(true);
    expect(breaker.claimProbe(3_000, 0)).toBe(false);
    breaker.probed(true, 3_100, 0);
    expect(breaker.claimProbe(4_000, 0)).toBe(false);
    expect(breaker.claimProbe(4_100, 0)).toBe(true);
  });

  it('waits twice as long after each relapse, up to a minute', () => {
    const breaker = new LocalBreaker({ state: 'open', admission: 0 }, 4, null, 0, 0);
    let now = 0;
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      waits.push(breaker.retryAfterMs(now)!);
      now += breaker.retryAfterMs(now)!;
      breaker.advance(now);
      breaker.claimProbe(now, 0);
      breaker.probed(false, now, 0);
    }
    expect(waits).toEqual([3, 6, 12, 24, 48, 60, 60, 60].map((s) => s * 1_000));
  });

  it('does not trip on a burst within one moment', () => {
    const breaker = new LocalBreaker(closed, 4, null, 0, 0);
    for (let i = 0; i < 500; i += 1) breaker.record(true, 100, 0);
    expect(breaker.kind).toBe('closed');
  });

  it('does not remember what lies before an idle hour', () => {
    const breaker = new LocalBreaker(closed, 4, null, 0, 0);
    for (let at = 0; at < 2_000; at += 10) breaker.record(false, at, 0);
    for (let at = 3_600_000; at < 3_602_000; at += 100) breaker.record(true, at, 0);
    expect(breaker.kind).toBe('open');
  });

  it('never skips a step nor leaves 0…2³², whatever happens', () => {
    const event = fc.record({
      kind: fc.constantFrom('ok', 'fail', 'advance', 'probe ok', 'probe failed'),
      ms: fc.nat(4_000),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        const breaker = new LocalBreaker({ state: 'open', admission: 0 }, 4, null, 0, 0);
        const ladder = [0, 2 ** 28, 2 ** 29, 2 ** 30, 2 ** 31, 2 ** 32];
        let now = 0;
        for (const { kind, ms } of events) {
          const before = ladder.indexOf(breaker.admission);
          now += ms;
          if (kind === 'advance') breaker.advance(now);
          else if (kind === 'ok' || kind === 'fail') breaker.record(kind === 'fail', now, 0);
          else if (breaker.claimProbe(now, 0)) breaker.probed(kind === 'probe ok', now, 0);
          const after = ladder.indexOf(breaker.admission);
          expect(after === before || after === before + 1 || after === 0).toBe(true);
        }
      }),
    );
  });
});

describe('the version', () => {
  it('is the package’s', () => {
    const manifest = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    expect(SDK_NAME).toBe(`js/${manifest.version}`);
  });
});
