import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import {
  CorrelatedOpenings,
  Evaluator,
  Lanes,
  take,
  type EvaluatorPorts,
} from '@recloser/evaluator';
import { Counter, DURATION_BUCKETS, Histogram, type Log, type Metrics } from '@recloser/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { Job, type JobHandler } from '../jobs/job.decorator.js';
import { BACKBONE, DATABASE, LOG, METRICS } from '../tokens.js';
import { EvaluationLag } from './evaluation-lag.js';

const SWEEP_MS = 250;
/** Workers that wait for the same breaker's time go up to this far apart, so that the second finds the work done. */
const APART_MS = 40;
const BEAT_MS = 500;
/** How often it asks which environments there are, and whether the database takes writes. */
const LOOK_MS = 1_000;
/** An evaluation that takes longer is not waited for any more; SDKs take over after a silence of 5 s and a lease. */
const BOUND_MS = 5_000;
/** For so long an evaluation may go on before its environment's heartbeat stops. */
const SLOW_MS = 3_000;
const UNHEALTHY_MS = 3_000;
/** Every wait for a store ends long before: this loop has stopped turning. */
const STUCK_MS = 30_000;

/**
 * Finds what has to be evaluated: breakers marked by signals, and those whose time has come. It runs by itself in every
 * worker, as soon as the next breaker is due, and at once when woken; a wake that is lost costs at most one sweep. Each environment is evaluated apart, and
 * has a heartbeat of its own.
 */
@Injectable()
@Job({ name: 'evaluate' })
export class Sweep implements JobHandler, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #ports: EvaluatorPorts;
  readonly #lanes: Lanes;
  readonly #seconds: Histogram;
  readonly #lag: EvaluationLag;
  readonly #failures: Counter;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #nextDueMs: number | null = null;
  #environments: readonly string[] = [];
  #lookedAt = Number.NEGATIVE_INFINITY;
  #lastHeartbeat = Number.NEGATIVE_INFINITY;
  #healthyAt = Number.NEGATIVE_INFINITY;
  #turnedAt = performance.now();

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(LOG) private readonly log: Log,
    @Inject(METRICS) metrics: Metrics,
  ) {
    const { signals, bus, queues } = backbone;
    const { instances, keys, openings, states } = database;
    this.#ports = {
      states,
      signals,
      bus,
      random: Math.random,
      correlated: new CorrelatedOpenings({ openings, signals, states }),
      seenSince: (environmentId, since) => instances.countSeenSince(environmentId, since),
      keyNames: (ids) => keys.names(ids),
      check: (claim) => queues.add('probe', claim, { dedupeId: Object.values(claim).join('/') }),
    };
    const registers = [metrics];
    this.#seconds = new Histogram({
      name: 'recloser_evaluation_seconds',
      help: 'Time of one evaluation of the dirty and due breakers of one environment.',
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.#lag = new EvaluationLag(metrics, () => performance.now());
    const changes = new Counter({
      name: 'recloser_transitions_total',
      help: 'State changes committed by this worker.',
      registers,
    });
    this.#failures = new Counter({
      name: 'recloser_evaluation_failures_total',
      help: 'Evaluations that failed and will be repeated.',
      registers,
    });
    this.#lanes = this.#makeLanes(changes);
  }

  onApplicationBootstrap(): void {
    this.#turnedAt = performance.now();
    this.#schedule();
  }

  /** Ends what runs, then takes no more. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.#lanes.idle();
  }

  /** Takes what is waiting now; a call while it takes makes it take once more. Resolves when it was handed on. */
  async run(): Promise<void> {
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
      this.#turnedAt = performance.now();
    }
  }

  /** @throws Error when no environment's decisions could be vouched for within three seconds. */
  check(): void {
    if (performance.now() - this.#healthyAt > UNHEALTHY_MS)
      throw new Error('no evaluation has succeeded for 3 s');
  }

  /** @throws Error when the loop that takes work has not turned for 30 s, whether it succeeded or failed. */
  checkTurning(): void {
    const since = performance.now() - this.#turnedAt;
    if (!this.#stopped && since > STUCK_MS)
      throw new Error(`the evaluation loop has not turned for ${Math.round(since / 1_000)} s`);
  }

  #schedule(): void {
    if (this.#stopped) return;
    // Jitter keeps the workers' sweeps apart.
    const regular = SWEEP_MS * (0.8 + Math.random() * 0.4);
    const due = (this.#nextDueMs ?? regular) + APART_MS * Math.random();
    this.#timer = setTimeout(
      () => {
        void this.run().finally(() => this.#schedule());
      },
      Math.min(regular, due),
    );
  }

  async #drain(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#sweep();
      } catch (error) {
        this.#failures.inc();
        this.log.warn({ err: error }, 'what has to be evaluated could not be read');
      }
    } while (this.#askedAgain());
  }

  #askedAgain(): boolean {
    return this.#again;
  }

  async #sweep(): Promise<void> {
    await this.#look();
    const { marks, more, nextDueMs } = await take(this.#ports, this.#lanes.busy);
    this.#nextDueMs = nextDueMs;
    for (const [environmentId, waits] of marks) {
      this.#lag.taken(environmentId, waits);
      this.#lanes.add(environmentId, waits.keys());
    }
    await this.#heartbeat();
    if (!more) return;
    // Others may take it meanwhile: nobody takes more than can be evaluated soon.
    await Promise.race([this.#lanes.idle(), sleep(SWEEP_MS)]);
    this.#again = true;
  }

  async #look(): Promise<void> {
    if (performance.now() - this.#lookedAt < LOOK_MS) return;
    await this.database.check();
    const renewed = await this.database.installation.checkServer();
    if (renewed.length > 0) {
      this.log.error(
        { renewed },
        'the database is on another server or timeline: epochs were renewed',
      );
    }
    this.#environments = (await this.database.environments.heads()).map(({ id }) => id);
    this.#lookedAt = performance.now();
  }

  /** Only for environments whose evaluations work: SDKs keep their states no longer than decisions are really being made. */
  async #heartbeat(): Promise<void> {
    const now = performance.now();
    const deciding = this.#environments.filter((id) => this.#lanes.decides(id, SLOW_MS));
    if (deciding.length > 0 || this.#environments.length === 0) this.#healthyAt = now;
    if (now - this.#lastHeartbeat < BEAT_MS) return;
    this.#lastHeartbeat = now;
    await this.backbone.signals.heartbeat(deciding);
  }

  #makeLanes(changes: Counter): Lanes {
    const evaluator = new Evaluator(this.#ports);
    return new Lanes({
      evaluate: async (environmentId, keys) => {
        this.#lag.evaluating(environmentId, keys);
        const end = this.#seconds.startTimer();
        const committed = await evaluator.evaluate(environmentId, keys);
        end();
        return committed;
      },
      giveBack: (environmentId, keys) => this.backbone.signals.markDirty(environmentId, keys),
      now: () => performance.now(),
      boundMs: BOUND_MS,
      committed: (count) => changes.inc(count),
      failed: (environmentId, error) => {
        this.#failures.inc();
        this.log.warn({ err: error, environmentId }, 'an evaluation failed and will be repeated');
      },
      broken: (environmentId, { key: breaker, error }) => {
        this.#failures.inc();
        this.log.error(
          { err: error, environmentId, breaker },
          'a breaker cannot be evaluated and is left out for 10 s',
        );
      },
    });
  }
}
