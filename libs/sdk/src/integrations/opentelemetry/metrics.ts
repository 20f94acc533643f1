import { ADMISSION_ALL, STATE_KINDS } from '@recloser/core';
import { metrics, type BatchObservableResult, type MeterProvider } from '@opentelemetry/api';
import { demandRecloser } from '../../brand.js';
import { type Recloser } from '../../recloser.js';
import { MonotonicCounters } from '../../signals/monotonic-counters.js';
import { type BreakerStats } from '../../breaker/stats.js';
import { SDK_NAME } from '../../version.js';

export interface OpenTelemetryOptions {
  /** Default: the global one. */
  readonly meterProvider?: MeterProvider;
}

/** Counters, and what they count. */
const COUNTS = [
  ['circuit_breaker.calls', 'Calls that say something about the dependency', 'calls'],
  ['circuit_breaker.failures', 'Calls that failed, timed out or stalled', 'failures'],
  ['circuit_breaker.timeouts', 'Calls that timed out; they are failures too', 'timeouts'],
  ['circuit_breaker.rejections', 'Calls that were turned away', 'rejected'],
] as const satisfies readonly (readonly [string, string, keyof BreakerStats])[];

const QUANTILES = [
  [0.5, 'p50'],
  [0.95, 'p95'],
  [0.99, 'p99'],
] as const satisfies readonly (readonly [number, keyof BreakerStats['latency']])[];

/**
 * Observes all breakers of this process through the OpenTelemetry metrics API; nothing is done until they are
 * collected. `circuit_breaker.latency` has quantiles, as that API cannot observe a histogram that is already counted.
 * Returns a function that ends it.
 */
export function observeBreakers(
  recloser: Recloser,
  options: OpenTelemetryOptions = {},
): () => void {
  demandRecloser(recloser);
  const meter = (options.meterProvider ?? metrics).getMeter(
    '@recloser/sdk',
    SDK_NAME.split('/')[1],
  );
  const monotonic = new MonotonicCounters();
  const state = meter.createObservableGauge('circuit_breaker.state', {
    description: '1 for the state that the breaker is in, 0 for the others',
  });
  const admission = meter.createObservableGauge('circuit_breaker.admission', {
    description: 'Share of the traffic that may pass',
    unit: '1',
  });
  const latency = meter.createObservableGauge('circuit_breaker.latency', {
    description: 'Quantiles since the start, estimated from a sample',
    unit: 's',
  });
  const counters = COUNTS.map(([name, description, count]) => ({
    counter: meter.createObservableCounter(name, { description, unit: '{call}' }),
    count,
  }));

  const observe = (result: BatchObservableResult): void => {
    for (const stats of recloser.stats()) {
      const { breaker } = stats;
      for (const kind of STATE_KINDS) {
        result.observe(state, kind === stats.state ? 1 : 0, { breaker, state: kind });
      }
      result.observe(admission, stats.admission / ADMISSION_ALL, { breaker });
      for (const { counter, count } of counters) {
        result.observe(counter, monotonic.of(`${count} ${breaker}`, stats[count]), { breaker });
      }
      for (const [quantile, field] of QUANTILES) {
        const ms = stats.latency[field];
        if (ms !== null) result.observe(latency, ms / 1_000, { breaker, quantile });
      }
    }
  };
  const observed = [state, admission, latency, ...counters.map(({ counter }) => counter)];
  meter.addBatchObservableCallback(observe, observed);
  return () => meter.removeBatchObservableCallback(observe, observed);
}
