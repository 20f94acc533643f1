import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { type Permit } from '../../calls/permit.js';
import { FleetBreaker } from './fleet-breaker.js';
import { nameOf, statusOf } from './helpers.js';
import { isWhole, type Resolved, type State } from './options.js';
import { type Count, type Stats, type Status } from './status.js';
import { later, now, stopTimer, type Timer } from './time.js';

type Position = 'open' | 'closed' | 'halfOpen' | 'shutdown';

const COUNT_OF: Readonly<Record<string, Count>> = {
  failure: 'failures',
  fallback: 'fallbacks',
  timeout: 'timeouts',
  reject: 'rejects',
  cacheHit: 'cacheHits',
  cacheMiss: 'cacheMisses',
  coalesceCacheHit: 'coalesceCacheHits',
  coalesceCacheMiss: 'coalesceCacheMisses',
  semaphoreLocked: 'semaphoreRejections',
};

/** The state of a breaker, what changes it, and what is counted. */
export class BreakerState extends EventEmitter {
  readonly options: Resolved;
  readonly #name: string;
  readonly #group: string;
  readonly #status: Status;
  readonly #volumeThreshold: number;
  readonly #createdAt = now();
  readonly #fleet: FleetBreaker | null;
  #position: Position = 'closed';
  #pendingClose = false;
  #enabled: boolean;
  #warmUp: boolean;
  #resetTimer: Timer;
  #warmUpTimer: Timer;

  constructor(action: unknown, options: Resolved) {
    super();
    this.options = options;
    const { state, recloser } = options;
    this.#volumeThreshold = isWhole(options.volumeThreshold) ? options.volumeThreshold : 0;
    this.#warmUp = state?.warmUp === true || options.allowWarmUp === true;
    this.#enabled = (state ?? options).enabled !== false;
    this.#status = statusOf(options);
    this.#name = options.name || nameOf(action) || randomUUID();
    this.#group = options.group || this.#name;
    if (this.#warmUp) {
      this.#warmUpTimer = later(Number(options.rollingCountTimeout), () => (this.#warmUp = false));
    }
    this.#fleet =
      recloser === undefined
        ? null
        : new FleetBreaker(recloser, this.#name, (to) => this.#follow(to));
    if (this.#fleet !== null) this.#follow(this.#fleet.state);
  }

  get name(): string {
    return this.#name;
  }

  get group(): string {
    return this.#group;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  get isShutdown(): boolean {
    return this.#position === 'shutdown';
  }

  get opened(): boolean {
    return this.#position === 'open';
  }

  get closed(): boolean {
    return this.#position === 'closed';
  }

  get halfOpen(): boolean {
    return this.#position === 'halfOpen';
  }

  /** The next call may try whether the dependency is back. */
  get pendingClose(): boolean {
    return this.#pendingClose;
  }

  get warmUp(): boolean {
    return this.#warmUp;
  }

  get volumeThreshold(): number {
    return this.#volumeThreshold;
  }

  get status(): Status {
    return this.#status;
  }

  get stats(): Stats {
    return this.#status.stats;
  }

  toJSON(): { state: Required<State>; status: Stats } {
    const { name, enabled, closed, opened: open, halfOpen, warmUp, isShutdown: shutdown } = this;
    const lastTimerAt = this.#createdAt;
    const state = { name, enabled, closed, open, halfOpen, warmUp, shutdown, lastTimerAt };
    return { state, status: this.stats };
  }

  open(): void {
    if (this.#position === 'open') return;
    this.#position = 'open';
    this.#pendingClose = false;
    this.#status.open();
    this.#resetTimer = later(this.options.resetTimeout, () => this.#tryAgain());
    this.emit('open');
  }

  close(): void {
    if (this.#position === 'closed') return;
    stopTimer(this.#resetTimer);
    this.#position = 'closed';
    this.#pendingClose = false;
    this.#renewAbortController();
    this.#status.close();
    this.emit('close');
  }

  enable(): void {
    this.#enabled = true;
    this.#status.startListeneningForRotateEvent();
  }

  /** Calls the action without protection from now on. */
  disable(): void {
    this.#enabled = false;
    this.#status.removeRotateBucketControllerListener();
  }

  getSignal(): AbortSignal | undefined {
    return this.options.abortController?.signal;
  }

  getAbortController(): AbortController | undefined {
    return this.options.abortController;
  }

  /** Counts, then tells the listeners. */
  protected tell(event: string, ...about: unknown[]): void {
    const count = COUNT_OF[event];
    if (event === 'success') this.countSuccess(about[1] as number);
    else if (count !== undefined) this.#status.increment(count, about[1] as number | undefined);
    this.emit(event, ...about);
  }

  /** As `tell` for a success, but for the listeners. */
  protected countSuccess(latencyMs: number): void {
    this.#status.succeed(latencyMs);
    if (this.#position === 'halfOpen' && this.#fleet === null) this.close();
  }

  /** Somebody hears of a call whose time is up. */
  protected get hearsOfTimeouts(): boolean {
    return this.listenerCount('timeout') > 0 || this.listenerCount('failure') > 0;
  }

  /** The permit to end a call by, or null where this process decides alone; undefined: the call may not be made. */
  protected admit(): Permit | null | undefined {
    if (this.#fleet !== null) {
      const permit = this.#fleet.acquire();
      if (permit === null) return undefined;
      this.#pendingClose = false;
      return permit;
    }
    if (this.#position !== 'closed' && !this.#pendingClose) return undefined;
    this.#pendingClose = false;
    return null;
  }

  /** Opens after a failure, if the window says so. */
  protected judge(): void {
    if (this.#warmUp || this.#fleet !== null) return;
    const fires = this.#status.total('fires');
    if (fires < this.#volumeThreshold && !this.halfOpen) return;
    const percentage = (this.#status.total('failures') / fires) * 100;
    if (percentage > this.options.errorThresholdPercentage || this.halfOpen) this.open();
  }

  /** Ends all that goes on; no state follows. */
  protected end(): void {
    stopTimer(this.#resetTimer);
    stopTimer(this.#warmUpTimer);
    this.#fleet?.leave();
    this.#status.shutdown();
    this.#position = 'shutdown';
  }

  #tryAgain(): void {
    this.#position = 'halfOpen';
    this.#pendingClose = true;
    this.#renewAbortController();
    this.emit('halfOpen', this.options.resetTimeout);
  }

  /** Takes up the state that the control plane has decided. */
  #follow(state: string): void {
    if (this.isShutdown) return;
    if (state === 'open') this.#openForFleet();
    else if (state === 'closed' || state === 'dimmed') this.close();
    else if (this.#position !== 'halfOpen') this.#tryAgain();
  }

  #openForFleet(): void {
    this.open();
    // The control plane says when traffic returns.
    stopTimer(this.#resetTimer);
  }

  protected restore(state: State): void {
    this.#pendingClose = state.halfOpen ?? false;
    if (state.closed !== false) return;
    if (state.halfOpen) this.#position = 'halfOpen';
    else if (now() - (state.lastTimerAt ?? Infinity) > this.options.resetTimeout) this.#tryAgain();
    else this.open();
  }

  #renewAbortController(): void {
    const { autoRenewAbortController, abortController } = this.options;
    if (autoRenewAbortController && abortController?.signal.aborted)
      this.options.abortController = new AbortController();
  }
}
