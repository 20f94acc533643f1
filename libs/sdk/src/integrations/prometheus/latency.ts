import { Histogram } from 'prom-client';
import { type BreakerStats } from '../../breaker/stats.js';

/** Seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** One line of what is scraped. */
interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Scraped {
  readonly name: string;
  readonly help: string;
  readonly type: 'histogram';
  readonly aggregator: 'sum';
  readonly values: readonly Line[];
}

/** A histogram that nobody observes into: it reads what the SDK has measured. */
export class LatencyHistogram extends Histogram<'breaker'> {
  readonly #name: string;
  readonly #help: string;
  readonly #read: () => readonly BreakerStats[];

  constructor(name: string, help: string, read: () => readonly BreakerStats[]) {
    super({ name, help, labelNames: ['breaker'], registers: [] });
    this.#name = name;
    this.#help = help;
    this.#read = read;
  }

  /** Where prom-client takes the values from, both for text and for JSON. */
  getForPromString(): Promise<Scraped> {
    const values = this.#read().flatMap((stats) => this.#lines(stats));
    const [name, help] = [this.#name, this.#help];
    return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values });
  }

  #lines({ breaker, latency }: BreakerStats): readonly Line[] {
    const upTo = (seconds: number): number =>
      latency.buckets.reduce((sum, [ms, n]) => (ms <= seconds * 1_000 ? sum + n : sum), 0);
    const line = (suffix: string, value: number, labels: Line['labels'] = {}): Line => ({
      metricName: `${this.#name}_${suffix}`,
      labels,
      sharedLabels: { breaker },
      value,
    });
    return [
      ...BOUNDS.map((le) => line('bucket', upTo(le), { le })),
      line('bucket', latency.samples, { le: '+Inf' }),
      line('sum', latency.sum / 1_000),
      line('count', latency.samples),
    ];
  }
}
