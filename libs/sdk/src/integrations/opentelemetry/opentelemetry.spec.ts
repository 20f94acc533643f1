import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider, MetricReader, type DataPoint } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Recloser } from '../../recloser.js';
import { TestControlPlane } from '../../testing/control-plane.js';
import { observeBreakers, traced } from '../../entries/opentelemetry.js';

const ok = (): Promise<string> => Promise.resolve('ok');
const fail = (): Promise<never> => Promise.reject(new Error('down'));

let plane: TestControlPlane;
let recloser: Recloser;
beforeEach(() => {
  plane = new TestControlPlane();
  recloser = plane.connect();
});

class Reader extends MetricReader {
  protected onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

describe('observeBreakers', () => {
  it('gives state, admission, counts and latencies when they are collected', async () => {
    const reader = new Reader();
    const meterProvider = new MeterProvider({ readers: [reader] });
    const stop = observeBreakers(recloser, { meterProvider });
    const read = async (metric: string, attributes: object): Promise<unknown> => {
      const { resourceMetrics } = await reader.collect();
      const found = resourceMetrics.scopeMetrics
        .flatMap(({ metrics }) => metrics)
        .find(({ descriptor }) => descriptor.name === metric);
      const points: readonly DataPoint<unknown>[] = found?.dataPoints ?? [];
      const wanted = JSON.stringify(attributes);
      return points.find((point) => JSON.stringify(point.attributes) === wanted)?.value;
    };
    const breaker = 'stripe';
    const stripe = recloser.breaker(breaker);
    await stripe.protect(ok);
    await stripe.protect(fail).catch(() => undefined);
    stripe.acquire().success(500);
    plane.open(breaker);
    await stripe.protect(ok).catch(() => undefined);
    await expect(read('circuit_breaker.state', { breaker, state: 'open' })).resolves.toBe(1);
    await expect(read('circuit_breaker.state', { breaker, state: 'closed' })).resolves.toBe(0);
    await expect(read('circuit_breaker.admission', { breaker })).resolves.toBe(0);
    await expect(read('circuit_breaker.calls', { breaker })).resolves.toBe(3);
    await expect(read('circuit_breaker.failures', { breaker })).resolves.toBe(1);
    await expect(read('circuit_breaker.rejections', { breaker })).resolves.toBe(1);
    await expect(read('circuit_breaker.latency', { breaker, quantile: 0.99 })).resolves.toBe(0.5);
    stop();
    plane.close(breaker);
    await expect(read('circuit_breaker.admission', { breaker })).resolves.toBe(0);
    await meterProvider.shutdown();
  });
});

describe('traced', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(provider);
  });
  afterAll(async () => {
    context.disable();
    trace.disable();
    await provider.shutdown();
  });

  /** What the span around a call says. */
  async function attributesOf(call: () => Promise<unknown>): Promise<unknown> {
    exporter.reset();
    await trace.getTracer('test').startActiveSpan('call', async (span) => {
      await call().catch(() => undefined);
      span.end();
    });
    return exporter.getFinishedSpans()[0]?.attributes;
  }
  const about = (result: string, called: boolean, state = 'closed') => ({
    'recloser.breaker': 'stripe',
    'recloser.state': state,
    'recloser.called': called,
    'recloser.result': result,
  });

  it('says on the active span how a call went', async () => {
    const stripe = traced(recloser.breaker('stripe', { timeoutMs: 100 }));
    await expect(attributesOf(() => stripe.protect(ok))).resolves.toEqual(about('ok', true));
    await expect(attributesOf(() => stripe.protect(fail))).resolves.toEqual(about('error', true));
    const hanging = attributesOf(() => stripe.protect(() => new Promise(() => undefined)));
    await plane.pass(200);
    await expect(hanging).resolves.toEqual(about('timeout', true));
    plane.open('stripe');
    await expect(attributesOf(() => stripe.protect(ok))).resolves.toEqual({
      ...about('rejected', false, 'open'),
      'recloser.reason': 'open',
    });
  });

  it('tells a fallback from the call’s own result', async () => {
    const stripe = traced(recloser.breaker('stripe', { fallback: () => 'later' }));
    await expect(attributesOf(() => stripe.protect(ok))).resolves.toEqual(about('ok', true));
    await expect(attributesOf(() => stripe.protect(fail))).resolves.toEqual(about('instead', true));
    plane.open('stripe');
    const turnedAway = attributesOf(() => stripe.protect(ok));
    await expect(turnedAway).resolves.toEqual(about('instead', false, 'open'));
  });

  it('is otherwise the same breaker', async () => {
    const stripe = traced(recloser.breaker('stripe'));
    const signals: unknown[] = [];
    await stripe.protect((signal) => void signals.push(signal));
    await attributesOf(() => stripe.protect((signal) => Promise.resolve(signals.push(signal))));
    await attributesOf(() =>
      stripe.protect((...args: unknown[]) => Promise.resolve(signals.push(args.length))),
    );
    expect(signals).toEqual([expect.any(AbortSignal), expect.any(AbortSignal), 1]);
    const shout = stripe.wrap((word: string) => `${word}!`, {
      context: (word) => ({ accountId: word }),
    });
    await expect(attributesOf(() => shout('hey'))).resolves.toEqual(about('ok', true));
    await expect(shout('hey')).resolves.toBe('hey!');
    stripe.acquire().success();
    expect(stripe.stats().ok).toBe(6);
    expect([stripe.key, stripe.allows(), stripe.decide().state]).toEqual([
      'stripe',
      true,
      'closed',
    ]);
  });
});
