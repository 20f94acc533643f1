import type { Random } from './random.js';
import type { Scheduler } from './scheduler.js';

/** What a dependency does to a call. `partial` fails this share of them. */
export type Health =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'errors' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'partial'; readonly share: number };

const CHECK_MS = 20;
const CHECK_TIMEOUT_MS = 1_000;

export class DependencyFailure extends Error {}

/** The other side of the calls, with its own books on what reached it. */
export class Dependency {
  health: Health = { kind: 'healthy' };
  calls = 0;
  /** Of those that asked whether it is there, each when it was answered. */
  readonly checks: { readonly at: number; readonly ok: boolean }[] = [];
  failures = 0;
  /** Instances of which every call fails, whatever the dependency is like. */
  readonly badInstances = new Set<string>();
  /** The largest share of the instances that was bad at one time, 0…1. */
  mostBadShare = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
  ) {}

  call(instanceId: string): Promise<string> {
    this.calls += 1;
    const fails = this.#fails(instanceId);
    if (fails) this.failures += 1;
    if (fails && this.health.kind === 'hang') return new Promise(() => undefined);
    const tookMs = this.random.between(10, 60);
    return new Promise((resolve, reject) => {
      this.scheduler.after(tookMs, () => {
        if (fails) reject(new DependencyFailure('the dependency failed'));
        else resolve('done');
      });
    });
  }

  /** Answers to a worker that asks whether it is there; `now` is the clock of its books. */
  check(now: () => number): Promise<boolean> {
    const fails = this.#fails('');
    const tookMs = fails && this.health.kind === 'hang' ? CHECK_TIMEOUT_MS : CHECK_MS;
    return new Promise((resolve) => {
      this.scheduler.after(tookMs, () => {
        this.checks.push({ at: now(), ok: !fails });
        resolve(!fails);
      });
    });
  }

  /** What is wrong now concerns everybody. */
  get isShared(): boolean {
    return this.health.kind !== 'healthy';
  }

  /** Makes every call of these instances fail; returns what ends it. */
  spoil(instances: readonly string[], of: number): () => void {
    for (const instance of instances) this.badInstances.add(instance);
    this.mostBadShare = Math.max(this.mostBadShare, this.badInstances.size / of);
    return () => {
      for (const instance of instances) this.badInstances.delete(instance);
    };
  }

  /** Whether a call of this instance may fail now. */
  isSick(instanceId: string): boolean {
    return this.health.kind !== 'healthy' || this.badInstances.has(instanceId);
  }

  #fails(instanceId: string): boolean {
    if (this.badInstances.has(instanceId)) return true;
    const { health } = this;
    if (health.kind === 'partial') return this.random.chance(health.share);
    return health.kind !== 'healthy';
  }
}
