import { ADMISSION_ALL, STATE_KINDS } from '@recloser/core';
import { Counter, Gauge, register, type Registry } from 'prom-client';
import { type Recloser } from '../recloser.js';
import { Rising } from '../counting/rising.js';
import { type BreakerStats } from '../breaker/stats.js';
import { LatencyHistogram } from './latency.js';

export interface PrometheusOptions {
  /** Default: prom-client's global registry. */
  readonly registry?: Registry;
  /** Stands before all names, as in `myapp_`. Default: none. */
  readonly prefix?: string;
}

const STATE = 'State of the breaker in this process: 1 for the one it is in, 0 for the others.';
const ADMISSION = 'Share of the traffic that may pass, 0 to 1.';
const LATENCY = 'Latency of protected calls, of a sample: the first and then one in 16.';

/** Counters, and what they count. */
const COUNTS = [
  ['calls_total', 'Calls that ended or stalled and say something about the dependency.', 'calls'],
  ['failures_total', 'Calls that failed, timed out or stalled.', 'failures'],
  ['timeouts_total', 'Calls that timed out; they are failures too.', 'timeouts'],
  ['rejections_total', 'Calls that were turned away.', 'rejected'],
] as const satisfies readonly (readonly [string, string, keyof BreakerStats])[];
type Count = (typeof COUNTS)[number][2];

/**
 * Shows all breakers of this process in a prom-client registry. Nothing is done until it is scraped. Returns a function
 * that takes them out again.
 */
export function recloserMetrics(recloser: Recloser, options: PrometheusOptions = {}): () => void {
  const { registry = register, prefix = '' } = options;
  const nameOf = (end: string): string => `${prefix}circuit_breaker_${end}`;
  const read: Read = () => recloser.stats();
  const metrics = [
    stateGauge(nameOf('state'), read),
    admissionGauge(nameOf('admission_ratio'), read),
    ...COUNTS.map(([end, help, count]) => counter(nameOf(end), help, count, read)),
    new LatencyHistogram(nameOf('latency_seconds'), LATENCY, read),
  ];
  for (const metric of metrics) registry.registerMetric(metric);
  const names = ['state', 'admission_ratio', ...COUNTS.map(([end]) => end), 'latency_seconds'];
  return () => {
    for (const name of names) registry.removeSingleMetric(nameOf(name));
  };
}

type Read = () => readonly BreakerStats[];

function stateGauge(name: string, read: Read): Gauge {
  return new Gauge({
    name,
    help: STATE,
    labelNames: ['breaker', 'state'],
    registers: [],
    collect() {
      for (const { breaker, state } of read()) {
        for (const kind of STATE_KINDS) this.set({ breaker, state: kind }, kind === state ? 1 : 0);
      }
    },
  });
}

function admissionGauge(name: string, read: Read): Gauge {
  return new Gauge({
    name,
    help: ADMISSION,
    labelNames: ['breaker'],
    registers: [],
    collect() {
      for (const { breaker, admission } of read()) this.set({ breaker }, admission / ADMISSION_ALL);
    },
  });
}

function counter(name: string, help: string, count: Count, read: Read): Counter {
  const rising = new Rising();
  return new Counter({
    name,
    help,
    labelNames: ['breaker'],
    registers: [],
    collect() {
      this.reset();
      for (const stats of read()) {
        const { breaker } = stats;
        this.inc({ breaker }, rising.of(breaker, stats[count]));
      }
    },
  });
}
