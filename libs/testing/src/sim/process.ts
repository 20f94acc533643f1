import type { MemorySignalStore } from '@recloser/backbone';
import type { Network, NetworkNode } from './network.js';
import type { Random } from './random.js';
import type { Scheduled, Scheduler } from './scheduler.js';
import type { SimDatabase } from './sim-database.js';
import type { SimOpenings } from './sim-openings.js';

const DATABASE = 'database';
const SIGNALS = 'signals';

/** What the processes of the control plane share. */
export interface Shared {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly random: Random;
  readonly database: SimDatabase;
  readonly signals: MemorySignalStore;
  readonly bus: SimBus;
  /** How many instances there are; absent: the table of instances cannot say. */
  readonly fleet?: number;
  readonly openings: SimOpenings;
  /** Asks the dependency whether it is there; absent: nobody does. */
  readonly check?: () => Promise<boolean>;
  /** Changes frames on their way to an instance, to see whether anybody notices. */
  readonly tamperFrame: (text: string, instanceId: string) => string;
}

/** Hints between processes, each delivered as the network likes. */
export class SimBus {
  readonly #listeners = new Set<(topic: string, seq: number) => void>();

  constructor(private readonly network: Network) {}

  listen(listener: (topic: string, seq: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(topic: string, seq = Number.POSITIVE_INFINITY): void {
    for (const listener of this.#listeners) this.network.hint(() => listener(topic, seq));
  }
}

/** A process that can be killed at any moment and started again. */
export abstract class Process implements NetworkNode {
  life = 0;
  alive = false;
  #timers: Scheduled[] = [];
  #endings: (() => void)[] = [];

  constructor(
    readonly name: string,
    protected readonly shared: Shared,
  ) {}

  start(): void {
    if (this.alive) return;
    this.life += 1;
    this.alive = true;
    this.begin();
  }

  /** kill -9: nothing that was under way goes on. */
  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const timer of this.#timers.splice(0)) timer.cancel();
    for (const end of this.#endings.splice(0)) end();
  }

  protected abstract begin(): void;

  protected every(ms: number, run: () => void): void {
    this.#timers.push(this.shared.scheduler.every(ms, run));
  }

  protected whenKilled(end: () => void): void {
    this.#endings.push(end);
  }

  protected readonly askDatabase = <T>(effect: () => Promise<T>): Promise<T> =>
    this.shared.network.request(this, DATABASE, effect);

  protected readonly askSignals = <T>(effect: () => Promise<T>): Promise<T> =>
    this.shared.network.request(this, SIGNALS, effect);
}
