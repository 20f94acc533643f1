import { AggregatorRegistry, Gauge, Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Recloser } from '../../recloser.js';
import { TestControlPlane } from '../../testing/control-plane.js';
import { recloserMetrics } from '../../entries/prometheus.js';

const fail = (): Promise<never> => Promise.reject(new Error('down'));

describe('recloserMetrics', () => {
  let plane: TestControlPlane;
  let recloser: Recloser;
  let registry: Registry;
  beforeEach(() => {
    plane = new TestControlPlane();
    recloser = plane.connect();
    registry = new Registry();
  });
  /** Samples of a scrape, as Prometheus reads them. */
  const scrape = async (): Promise<Map<string, number>> => {
    const lines = (await registry.metrics()).split('\n').filter((line) => /^[a-z]/.test(line));
    return new Map(
      lines.map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
    );
  };

  it('shows state, admission and counts of each breaker', async () => {
    recloserMetrics(recloser, { registry });
    const stripe = recloser.breaker('stripe');
    await stripe.protect(() => Promise.resolve());
    for (let i = 0; i < 3; i += 1) await stripe.protect(fail).catch(() => undefined);
    let samples = await scrape();
    expect(samples.get('circuit_breaker_state{breaker="stripe",state="closed"}')).toBe(1);
    expect(samples.get('circuit_breaker_state{breaker="stripe",state="open"}')).toBe(0);
    expect(samples.get('circuit_breaker_calls_total{breaker="stripe"}')).toBe(4);
    expect(samples.get('circuit_breaker_failures_total{breaker="stripe"}')).toBe(3);
    expect(samples.get('circuit_breaker_rejections_total{breaker="stripe"}')).toBe(0);

    plane.open('stripe');
    await stripe.protect(fail).catch(() => undefined);
    recloser.breaker('paypal');
    plane.admit('paypal', 25);
    samples = await scrape();
    expect(samples.get('circuit_breaker_state{breaker="stripe",state="closed"}')).toBe(0);
    expect(samples.get('circuit_breaker_state{breaker="stripe",state="open"}')).toBe(1);
    expect(samples.get('circuit_breaker_admission_ratio{breaker="stripe"}')).toBe(0);
    expect(samples.get('circuit_breaker_admission_ratio{breaker="paypal"}')).toBe(0.25);
    expect(samples.get('circuit_breaker_failures_total{breaker="stripe"}')).toBe(3);
    expect(samples.get('circuit_breaker_rejections_total{breaker="stripe"}')).toBe(1);
  });

  it('shows latencies as a histogram', async () => {
    recloserMetrics(recloser, { registry });
    const stripe = recloser.breaker('stripe');
    for (const ms of [2, 20, 20, 200, 60_000]) stripe.acquire().success(ms);
    const samples = await scrape();
    const upTo = (le: string): number | undefined =>
      samples.get(`circuit_breaker_latency_seconds_bucket{le="${le}",breaker="stripe"}`);
    expect(['0.001', '0.0025', '0.025', '0.25', '30', '+Inf'].map(upTo)).toEqual([
      0, 1, 3, 4, 4, 5,
    ]);
    expect(samples.get('circuit_breaker_latency_seconds_sum{breaker="stripe"}')).toBeCloseTo(
      60.242,
    );
    expect(samples.get('circuit_breaker_latency_seconds_count{breaker="stripe"}')).toBe(5);
    const json = await registry.getMetricsAsJSON();
    expect(json.map(({ name }) => name)).toContain('circuit_breaker_latency_seconds');
  });

  it('never counts down, also when a stalled call succeeds after all', async () => {
    recloserMetrics(recloser, { registry });
    // What is sent cannot be taken back.
    plane.goOffline();
    const stripe = recloser.breaker('stripe', { stallMs: 20 });
    let finish = (): void => undefined;
    const slow = stripe.protect(() => new Promise<void>((resolve) => (finish = resolve)));
    await plane.pass(40);
    const failures = async (): Promise<number | undefined> =>
      (await scrape()).get('circuit_breaker_failures_total{breaker="stripe"}');
    await expect(failures()).resolves.toBe(1);
    finish();
    await slow;
    expect(stripe.stats().failures).toBe(0);
    await expect(failures()).resolves.toBe(1);
  });

  it('takes a prefix, and is taken out again', async () => {
    const remove = recloserMetrics(recloser, { registry, prefix: 'shop_' });
    recloser.breaker('stripe');
    expect([...(await scrape()).keys()].every((name) => name.startsWith('shop_'))).toBe(true);
    remove();
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  it('makes room for itself when its module is loaded anew, and is not taken out by its older self', async () => {
    const removeOld = recloserMetrics(recloser, { registry });
    const anew = plane.connect();
    anew.breaker('paypal');
    const remove = recloserMetrics(anew, { registry });
    removeOld();
    expect((await scrape()).has('circuit_breaker_admission_ratio{breaker="paypal"}')).toBe(true);
    remove();
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  it.each(['state', 'calls_total', 'latency_seconds'])(
    'leaves nothing behind when %s is a metric of somebody else',
    (name) => {
      const help = 'theirs';
      const other = new Gauge({ name: `circuit_breaker_${name}`, help, registers: [registry] });
      expect(() => recloserMetrics(recloser, { registry })).toThrow(/another prefix or registry/);
      expect(registry.getMetricsAsArray()).toEqual([other]);
    },
  );

  it('is a mean over the processes of a cluster, and counts are their sum', async () => {
    const [a, b] = [recloser, plane.connect()].map((process) => {
      const own = new Registry();
      recloserMetrics(process, { registry: own });
      return { breaker: process.breaker('stripe'), own };
    });
    if (a === undefined || b === undefined) throw new Error('There are two.');
    plane.admit('stripe', 25);
    await Promise.allSettled([a, b].map(({ breaker }) => breaker.protect(() => 1, { plan: 'x' })));
    const parts = await Promise.all([a, b].map(({ own }) => own.getMetricsAsJSON()));
    registry = AggregatorRegistry.aggregate(parts.map((part) => structuredClone(part)));
    const samples = await scrape();
    expect(samples.get('circuit_breaker_admission_ratio{breaker="stripe"}')).toBe(0.25);
    expect(samples.get('circuit_breaker_state{breaker="stripe",state="ramping"}')).toBe(1);
    const asked = ['calls', 'rejections'].map((count) =>
      samples.get(`circuit_breaker_${count}_total{breaker="stripe"}`),
    );
    expect(asked.reduce<number>((sum, each) => sum + (each ?? NaN), 0)).toBe(2);
  });
});
