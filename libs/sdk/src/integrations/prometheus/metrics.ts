import { ADMISSION_ALL, STATE_KINDS } from '@recloser/core';
import { Counter, Gauge, register, type Registry } from 'prom-client';
import { demandRecloser } from '../../brand.js';
import { type Recloser } from '../../recloser.js';
import { MonotonicCounters } from '../../signals/monotonic-counters.js';
import { type BreakerStats } from '../../breaker/stats.js';
import { LatencyHistogram } from './latency.js';

export interface PrometheusOptions {
  /** Default: prom-client's global registry. */
  readonly registry?: Registry;
  /** Stands before all names, as in `myapp_`. Default: none. */
  readonly prefix?: string;
}

const STATE =
  'State of the breaker: 1 for the one it is in, 0 for the others. Of a cluster: the share of its processes.';
const ADMISSION =
  'Share of the traffic that may pass, 0 to 1. Of a cluster: the mean of its processes.';
/** How prom-client's AggregatorRegistry puts gauges of several processes together; its own way is their sum. */
const AVERAGE = 'average';
/** On our metrics, of whichever copy of this package. */
const OURS = Symbol.for('recloser.metric');
const LATENCY = 'Latency of protected calls, estimated from a sample.';

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
 * that takes them out again. What was registered before under these names makes room, as when a module is loaded anew
 * (HMR); metrics of others throw, and nothing is registered then.
 * @throws Error for a name that another metric has
 */
export function recloserMetrics(recloser: Recloser, options: PrometheusOptions = {}): () => void {
  demandRecloser(recloser);
  const { registry = register, prefix = '' } = options;
  const nameOf = (end: string): string => `${prefix}circuit_breaker_${end}`;
  const read: Read = () => recloser.stats();
  const metrics = [
    stateGauge(nameOf('state'), read),
    admissionGauge(nameOf('admission_ratio'), read),
    ...COUNTS.map(([end, help, count]) => counter(nameOf(end), help, count, read)),
    new LatencyHistogram(nameOf('latency_seconds'), LATENCY, read),
  ];
  const names = ['state', 'admission_ratio', ...COUNTS.map(([end]) => end), 'latency_seconds'];
  const present = names.map(nameOf).flatMap((name) => registry.getSingleMetric(name) ?? []);
  const taken = present.find((metric) => !(OURS in metric));
  if (taken !== undefined) {
    throw new Error(
      `A metric ${nameIn(taken)} is registered already: give recloserMetrics another prefix or registry`,
    );
  }
  for (const metric of present) registry.removeSingleMetric(nameIn(metric));
  for (const metric of metrics) {
    registry.registerMetric(Object.defineProperty(metric, OURS, { value: true }));
  }
  return () => {
    for (const [index, name] of names.map(nameOf).entries()) {
      // Unless others have taken its place.
      if (registry.getSingleMetric(name) === metrics[index]) registry.removeSingleMetric(name);
    }
  };
}

/** prom-client keeps it on every metric, and does not say so in its types. */
function nameIn(metric: object): string {
  return String(Reflect.get(metric, 'name'));
}

type Read = () => readonly BreakerStats[];

function stateGauge(name: string, read: Read): Gauge {
  return new Gauge({
    name,
    help: STATE,
    labelNames: ['breaker', 'state'],
    aggregator: AVERAGE,
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
    aggregator: AVERAGE,
    registers: [],
    collect() {
      for (const { breaker, admission } of read()) this.set({ breaker }, admission / ADMISSION_ALL);
    },
  });
}

function counter(name: string, help: string, count: Count, read: Read): Counter {
  const monotonic = new MonotonicCounters();
  return new Counter({
    name,
    help,
    labelNames: ['breaker'],
    registers: [],
    collect() {
      this.reset();
      for (const stats of read()) {
        const { breaker } = stats;
        this.inc({ breaker }, monotonic.of(breaker, stats[count]));
      }
    },
  });
}
