import type { Random } from './random.js';
import type { Scheduler } from './scheduler.js';

/** Fails calls by whose they are. */
export interface Trouble {
  readonly kind: 'drawn';
  /** Of such calls, 0…1; asked for each call. */
  readonly shareOf: (instanceId: string, account: string) => number;
  /** Failing calls do not end. */
  readonly hangs: boolean;
  /** It concerns instances of all parts of the fleet. */
  readonly isShared: boolean;
}

/** What a dependency does to a call. `partial` fails this share of them. */
export type Health =
  | { readonly kind: 'healthy' }
  /** It accepts this many calls a second, and answers the others with a 429. */
  | { readonly kind: 'overload'; readonly perSecond: number; readonly retryAfterS: number | null }
  | { readonly kind: 'errors' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'partial'; readonly share: number }
  | Trouble;

const CHECK_MS = 20;
const CHECK_TIMEOUT_MS = 1_000;

export class DependencyFailure extends Error {}

/** As an HTTP client throws a 429. */
class Refused extends DependencyFailure {
  readonly response;

  constructor(retryAfterS: number | null) {
    super('429 Too Many Requests');
    const headers = retryAfterS === null ? {} : { 'retry-after': String(retryAfterS) };
    this.response = { status: 429, headers };
  }
}

/** An overloaded dependency accepts at once what it has saved up in this time, in ms. */
const BURST_MS = 100;

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
  /** Breakers whose calls fail; absent: those of all. */
  sickBreakers: ReadonlySet<string> | null = null;
  /** Of the calls of all other breakers this share fails, 0…1. */
  partlySick = 0;
  #room = 0;
  #roomAt = 0;
  /** How long a good call takes, in ms: from, to. */
  answersIn: readonly [number, number] = [10, 60];

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
  ) {}

  call(instanceId: string, account = '', breaker = ''): Promise<string> {
    this.calls += 1;
    const { health } = this;
    if (health.kind === 'overload' && !this.#accepts(health.perSecond)) {
      return Promise.reject(new Refused(health.retryAfterS));
    }
    const isOther = this.sickBreakers?.has(breaker) === false;
    const fails = isOther ? this.random.chance(this.partlySick) : this.#fails(instanceId, account);
    if (fails) this.failures += 1;
    if (fails && this.#hangs) return new Promise(() => undefined);
    const tookMs = this.random.between(...this.answersIn);
    return new Promise((resolve, reject) => {
      this.scheduler.after(tookMs, () => {
        if (fails) reject(new DependencyFailure('the dependency failed'));
        else resolve('done');
      });
    });
  }

  /** Answers to a worker that asks whether it is there; `now` is the clock of its books. */
  check(now: () => number): Promise<boolean> {
    const fails = this.#fails('', '');
    const tookMs = fails && this.#hangs ? CHECK_TIMEOUT_MS : CHECK_MS;
    return new Promise((resolve) => {
      this.scheduler.after(tookMs, () => {
        this.checks.push({ at: now(), ok: !fails });
        resolve(!fails);
      });
    });
  }

  /** What is wrong now concerns everybody. */
  get isShared(): boolean {
    const { health } = this;
    return health.kind === 'drawn' ? health.isShared : health.kind !== 'healthy';
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

  get #hangs(): boolean {
    const { health } = this;
    return health.kind === 'hang' || (health.kind === 'drawn' && health.hangs);
  }

  #fails(instanceId: string, account: string): boolean {
    if (this.badInstances.has(instanceId)) return true;
    const { health } = this;
    if (health.kind === 'partial') return this.random.chance(health.share);
    if (health.kind === 'drawn') return this.random.chance(health.shareOf(instanceId, account));
    return health.kind !== 'healthy' && health.kind !== 'overload';
  }

  #accepts(perSecond: number): boolean {
    const { now } = this.scheduler;
    const saved = this.#room + ((now - this.#roomAt) * perSecond) / 1_000;
    this.#room = Math.min(saved, 1 + (perSecond * BURST_MS) / 1_000);
    this.#roomAt = now;
    if (this.#room < 1) return false;
    this.#room -= 1;
    return true;
  }
}
