import { RecloserError } from '@recloser/protocol';
import type { Random } from './random.js';
import type { Scheduler } from './scheduler.js';

/** One of the machines that can crash, freeze or be cut off from others. */
export interface NetworkNode {
  readonly name: string;
  /** Changes with every crash: what was addressed to an earlier life is lost. */
  life: number;
  alive: boolean;
}

export interface NetworkOptions {
  /** Mean one-way delay in ms; each message draws its own around it. */
  readonly delayMs: number;
  /** Share of bus hints that are lost, and that arrive twice. */
  readonly lostHints: number;
  readonly doubledHints: number;
}

/** Delays, losses and partitions between places. */
export class Network {
  readonly #cuts = new Set<string>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
    readonly options: NetworkOptions,
  ) {}

  /** Nothing passes between the two until `heal`. */
  cut(a: string, b: string): void {
    this.#cuts.add(pairOf(a, b));
  }

  heal(a: string, b: string): void {
    this.#cuts.delete(pairOf(a, b));
  }

  healAll(): void {
    this.#cuts.clear();
  }

  isCut(a: string, b: string): boolean {
    return this.#cuts.has(pairOf(a, b));
  }

  delay(): number {
    return Math.max(0.1, this.random.exponential(this.options.delayMs));
  }

  /** An unordered, unreliable hint: it may come late, twice, or never. */
  hint(run: () => void): void {
    if (this.random.chance(this.options.lostHints)) return;
    const times = this.random.chance(this.options.doubledHints) ? 2 : 1;
    for (let time = 0; time < times; time += 1) this.scheduler.after(this.delay(), run);
  }

  /**
   * A request to a store: `effect` happens there, and its answer comes back, each after a delay. Nothing comes back to
   * a place that has crashed in between, and a request that had not arrived by then has no effect.
   */
  request<T>(from: NetworkNode, to: string, effect: () => Promise<T>): Promise<T> {
    const { life } = from;
    const isSame = (): boolean => from.alive && from.life === life;
    return new Promise<T>((resolve, reject) => {
      this.scheduler.after(this.delay(), () => {
        if (!isSame()) return;
        if (this.isCut(from.name, to)) {
          this.scheduler.after(TIMEOUT_MS, () => {
            if (isSame()) reject(new RecloserError('unavailable', `${to} does not answer`));
          });
          return;
        }
        const answer = (settle: () => void): void => {
          this.scheduler.after(this.delay(), () => {
            if (isSame()) settle();
          });
        };
        effect().then(
          (value) => answer(() => resolve(value)),
          (error: unknown) => {
            const cause = error instanceof Error ? error : new Error(`${to} failed`);
            answer(() => reject(cause));
          },
        );
      });
    });
  }
}

const TIMEOUT_MS = 3_000;

const pairOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
