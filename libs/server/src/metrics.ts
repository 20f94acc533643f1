import { setImmediate } from 'node:timers/promises';
import { Registry, collectDefaultMetrics } from 'prom-client';

export { Counter, Gauge, Histogram } from 'prom-client';

/** Samples written at once, before other work gets its turn: about a millisecond. */
const PAGE = 1_000;

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with so many series that they are not kept, but made while they are written. */
interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  /** Called at each scrape. No two samples have the same labels. */
  readonly samples: () => Iterable<Sample>;
}

/** A registry that writes large families page by page: a scrape does not hold up what the process is there for. */
export class Metrics extends Registry {
  readonly #families: MetricFamily[] = [];
  readonly #preparations: (() => Promise<void>)[] = [];
  readonly #labels: Readonly<Record<string, string>>;

  constructor(labels: Readonly<Record<string, string>>) {
    super();
    this.#labels = labels;
    this.setDefaultLabels(labels);
  }

  /** Adds a metric that is written page by page. */
  addFamily(family: MetricFamily): void {
    this.#families.push(family);
  }

  /** Does what several metrics are read from, once before each scrape. */
  prepare(preparation: () => Promise<void>): void {
    this.#preparations.push(preparation);
  }

  override async metrics(): Promise<string> {
    for (const preparation of this.#preparations) await preparation();
    const pages = [await super.metrics()];
    for (const family of this.#families) {
      pages.push(`\n# HELP ${family.name} ${family.help}\n# TYPE ${family.name} ${family.type}\n`);
      let page = '';
      let count = 0;
      for (const { labels, value } of family.samples()) {
        page += `${family.name}{${labelsText({ ...labels, ...this.#labels })}} ${value}\n`;
        count += 1;
        if (count % PAGE !== 0) continue;
        pages.push(page);
        page = '';
        await setImmediate();
      }
      pages.push(page);
    }
    return pages.join('');
  }
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

function escaped(value: string): string {
  return value.replace(/["\\\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}

/** A registry of its own with the process's default metrics, labelled with the process kind. */
export function createMetrics(service: string): Metrics {
  const registry = new Metrics({ service });
  collectDefaultMetrics({ register: registry, prefix: 'recloser_' });
  return registry;
}

/** Histogram buckets in seconds, from 1 ms to 10 s. */
export const DURATION_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
];
