import type { SignalBatch } from '@recloser/protocol';
import { ApiNode } from './api-node.js';
import type { Shared } from './process.js';
import { WorkerNode } from './worker-node.js';
import { FrameReader, type LightFleet, LightInstance } from './light-instance.js';
import { Random } from './random.js';
import type { Committed } from './sim-database.js';
import { EPOCH_MS, foundation } from './simulation.js';

/** Instances connect within this time. */
const ARRIVAL_MS = 10_000;
const CALM_MS = 5_000;
const OUTAGE_MS = 10_000;
/** By then everything must have closed again. */
const RECOVERY_MS = 90_000;
const STEP_MS = 500;
/** Instances that one API node takes. */
const PER_NODE = 10_000;

export interface ScaleOptions {
  readonly seed: number;
  readonly instances: number;
  /** Of one instance. */
  readonly callsPerSecond?: number;
  readonly progress?: (line: string) => void;
}

/** How one change came to all instances, in ms after its commit. */
interface Convergence {
  readonly action: string;
  /** When it was committed, in simulated ms. */
  readonly at: number;
  readonly p50: number;
  readonly p99: number;
  readonly last: number;
}

export interface ScaleResult {
  readonly instances: number;
  readonly apiNodes: number;
  readonly simulatedMs: number;
  readonly events: number;
  /** From the first failing call to the commit that opens the breaker; null: it did not open. */
  readonly openMs: number | null;
  /** From the end of the outage to the commit that closes it; null: it did not close. */
  readonly closeMs: number | null;
  readonly convergence: readonly Convergence[];
  readonly work: Work;
  /** Instances that did not end with the last change. */
  readonly behind: number;
}

/** What the control plane did. */
interface Work {
  framesIn: number;
  bytesIn: number;
  framesOut: number;
  bytesOut: number;
  /** Appends to the signal store, and rows in them. */
  appends: number;
  rows: number;
  /** Reads of windows by workers. */
  evaluations: number;
  commits: number;
}

/** One outage over a fleet of many: the real hub, evaluation and core, and light instances. */
export async function simulateScale(options: ScaleOptions): Promise<ScaleResult> {
  const world = new ScaleWorld(options);
  await world.run();
  return world.result();
}

class ScaleWorld {
  readonly #options: ScaleOptions;
  readonly #random: Random;
  readonly #shared: Shared;
  readonly #apis: ApiNode[];
  readonly #workers: WorkerNode[];
  readonly #instances: LightInstance[] = [];
  /** When instances applied each change, in simulated ms. */
  readonly #appliedAt = new Map<number, number[]>();
  readonly #work: Work = {
    framesIn: 0,
    bytesIn: 0,
    framesOut: 0,
    bytesOut: 0,
    appends: 0,
    rows: 0,
    evaluations: 0,
    commits: 0,
  };
  #healthy = true;
  #failedAt: number | null = null;

  constructor(options: ScaleOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#shared = foundation(this.#random).shared;
    const nodes = Math.max(2, Math.ceil(options.instances / PER_NODE));
    this.#apis = names('api', nodes).map((name) => new ApiNode(name, this.#shared));
    this.#workers = names('worker', 2).map((name) => new WorkerNode(name, this.#shared));
    this.#watchStore();
  }

  async run(): Promise<void> {
    const { scheduler } = this.#shared;
    for (const api of this.#apis) api.start();
    for (const worker of this.#workers) worker.start();
    this.#arrive();
    await this.#until(ARRIVAL_MS + CALM_MS, 'connected');
    this.#healthy = false;
    await this.#until(scheduler.now + OUTAGE_MS, 'dead');
    this.#healthy = true;
    const end = scheduler.now + RECOVERY_MS;
    while (scheduler.now < end && !this.#isOver()) {
      await this.#until(Math.min(end, scheduler.now + STEP_MS), 'recovering');
    }
    // The last acknowledgements.
    await this.#until(scheduler.now + STEP_MS, 'closed');
  }

  result(): ScaleResult {
    const { scheduler, database } = this.#shared;
    const { log } = database;
    const opened = log.find(({ after }) => after.state.kind === 'open');
    const closed = log.findLast(({ after }) => after.state.kind === 'closed');
    const healedAt = ARRIVAL_MS + CALM_MS + OUTAGE_MS;
    return {
      instances: this.#options.instances,
      apiNodes: this.#apis.length,
      simulatedMs: scheduler.now,
      events: scheduler.ran,
      openMs: opened === undefined ? null : opened.at - EPOCH_MS - (this.#failedAt ?? 0),
      closeMs: closed === undefined ? null : closed.at - EPOCH_MS - healedAt,
      convergence: log.map((entry) => this.#convergenceOf(entry)),
      work: { ...this.#work, commits: log.length },
      behind: this.#instances.filter(({ seq }) => seq !== database.seq).length,
    };
  }

  async #until(at: number, what: string): Promise<void> {
    await this.#shared.scheduler.runUntil(at);
    this.#options.progress?.(`${Math.round(at / 1_000)} s: ${what}, ${this.#work.framesIn} frames`);
  }

  #isOver(): boolean {
    const { log, seq } = this.#shared.database;
    const isClosed = log.length > 0 && log.at(-1)?.after.state.kind === 'closed';
    return isClosed && this.#instances.every((instance) => instance.seq === seq);
  }

  #arrive(): void {
    const { scheduler } = this.#shared;
    const fleet = this.#fleet();
    for (const [index, name] of names('i', this.#options.instances).entries()) {
      const api = this.#apis[index % this.#apis.length];
      if (api === undefined) continue;
      scheduler.after(this.#random.between(0, ARRIVAL_MS), () => {
        this.#instances.push(new LightInstance(name, api, fleet));
      });
    }
  }

  #fleet(): LightFleet {
    const { scheduler, network } = this.#shared;
    const work = this.#work;
    return {
      scheduler,
      network,
      random: this.#random.fork(),
      frames: new FrameReader(),
      callsPerSecond: this.#options.callsPerSecond ?? 1,
      isHealthy: () => {
        if (!this.#healthy) this.#failedAt ??= scheduler.now;
        return this.#healthy;
      },
      sent: (text) => {
        work.framesIn += 1;
        work.bytesIn += text.length;
      },
      received: (text) => {
        work.framesOut += 1;
        work.bytesOut += text.length;
      },
      applied: (seq) => {
        const times = this.#appliedAt.get(seq) ?? [];
        times.push(scheduler.now);
        this.#appliedAt.set(seq, times);
      },
    };
  }

  #convergenceOf({ seq, at, action }: Committed): Convergence {
    const times = (this.#appliedAt.get(seq) ?? []).sort((a, b) => a - b);
    const after = (share: number): number => {
      const time = times[Math.max(0, Math.ceil(share * times.length) - 1)] ?? NaN;
      return Math.round(time - (at - EPOCH_MS));
    };
    return { action, at: at - EPOCH_MS, p50: after(0.5), p99: after(0.99), last: after(1) };
  }

  #watchStore(): void {
    const { signals } = this.#shared;
    const work = this.#work;
    const append = signals.append.bind(signals);
    signals.append = (batch: SignalBatch) => {
      work.appends += 1;
      work.rows += batch.aggregates.length;
      return append(batch);
    };
    const windows = signals.windowTotals.bind(signals);
    signals.windowTotals = (...about) => {
      work.evaluations += 1;
      return windows(...about);
    };
  }
}

function names(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
}
