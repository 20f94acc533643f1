import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import { CorrelatedOpenings, Evaluator, sweep, type EvaluatorPorts } from '@recloser/evaluator';
import { Counter, DURATION_BUCKETS, Histogram, type Log, type Metrics } from '@recloser/server';
import { BACKBONE, DATABASE, LOG, METRICS } from '../tokens.js';

const SWEEP_MS = 250;
const BEAT_MS = 500;

/**
 * Finds what has to be evaluated: breakers marked by signals, and those whose time has come. It runs by itself in every
 * worker, and at once when woken; a wake that is lost costs at most one sweep.
 */
@Injectable()
export class Sweep {
  readonly #workerId = randomUUID();
  readonly #ports: EvaluatorPorts;
  readonly #evaluator: Evaluator;
  readonly #seconds: Histogram;
  readonly #changes: Counter;
  readonly #failures: Counter;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #lastBeat = 0;
  #healthyAt = 0;

  constructor(
    @Inject(DATABASE) { openings, states }: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(LOG) private readonly log: Log,
    @Inject(METRICS) metrics: Metrics,
  ) {
    const { signals, bus, queues } = backbone;
    this.#ports = {
      states,
      signals,
      bus,
      random: Math.random,
      correlated: new CorrelatedOpenings({ openings, signals, states }),
      check: (claim) => queues.add('probe', claim, { dedupeId: Object.values(claim).join('/') }),
    };
    this.#evaluator = new Evaluator(this.#ports);
    const registers = [metrics];
    this.#seconds = new Histogram({
      name: 'recloser_evaluation_seconds',
      help: 'Time of one evaluation of all dirty and due breakers.',
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.#changes = new Counter({
      name: 'recloser_transitions_total',
      help: 'State changes committed by this worker.',
      registers,
    });
    this.#failures = new Counter({
      name: 'recloser_evaluation_failures_total',
      help: 'Evaluations that failed and will be repeated.',
      registers,
    });
  }

  start(): void {
    this.#schedule();
  }

  /** Ends the running sweep, then takes no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Sweeps now; a call during a sweep makes it sweep once more. Resolves when a sweep that began after the call has ended. */
  async wake(): Promise<void> {
    if (this.#stopped) return;
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#drain();
    try {
      await this.#running;
    } finally {
      this.#running = null;
    }
  }

  /** @throws Error when no sweep has succeeded within three seconds. */
  check(): void {
    if (Date.now() - this.#healthyAt > 3_000)
      throw new Error('no evaluation has succeeded for 3 s');
  }

  #schedule(): void {
    if (this.#stopped) return;
    // Jitter keeps the workers' sweeps apart.
    this.#timer = setTimeout(
      () => {
        void this.wake().finally(() => this.#schedule());
      },
      SWEEP_MS * (0.8 + Math.random() * 0.4),
    );
  }

  async #drain(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#sweep();
      } catch (error) {
        this.#failures.inc();
        this.log.warn({ err: error }, 'an evaluation failed and will be repeated');
      }
    } while (this.#askedAgain());
  }

  #askedAgain(): boolean {
    return this.#again;
  }

  async #sweep(): Promise<void> {
    const end = this.#seconds.startTimer();
    const { changes, more, failed } = await sweep(this.#evaluator, this.#ports);
    this.#changes.inc(changes);
    if (more) this.#again = true;
    end();
    if (failed.length > 0)
      throw new AggregateError(failed, 'Some environments could not be evaluated.');
    await this.#beat();
  }

  /** Only after a sweep that worked: SDKs keep their states no longer than decisions are really being made. */
  async #beat(): Promise<void> {
    const now = Date.now();
    this.#healthyAt = now;
    if (now - this.#lastBeat < BEAT_MS) return;
    this.#lastBeat = now;
    await this.backbone.signals.beat(this.#workerId);
  }
}
