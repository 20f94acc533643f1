import { AsyncResource } from 'node:async_hooks';
import { type Permit } from '../../calls/permit.js';
import { type Limited } from './deadlines.js';
import { now, type Timer } from './time.js';

/** Told how a call ends, once. */
export interface CallOwner {
  succeeded(call: Call, result: unknown): void;
  threw(call: Call, error: unknown): void;
  expired(call: Call): void;
}

const nobody = (): void => undefined;
let resolveLast: (value: unknown) => void = nobody;
let rejectLast: (error: unknown) => void = nobody;

/** One executor for all: a closure for each call is worth saving. */
function capture(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
  resolveLast = resolve;
  rejectLast = reject;
}

/** One call on its way. */
export class Call implements Limited {
  dueAt = 0;
  earlier: Limited | null = null;
  later: Limited | null = null;
  timer: Timer = undefined;
  /** 0: none. */
  limitMs = 0;
  /** The promise of the action. */
  pending: Promise<unknown> | null = null;
  readonly args: unknown[];
  readonly key: string;
  /** Where the control plane decides. */
  readonly permit: Permit | null;
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly startedAt: number;
  readonly #owner: CallOwner;
  #context: AsyncResource | null = null;
  #ended = false;

  constructor(owner: CallOwner, args: unknown[], key: string, permit: Permit | null) {
    this.#owner = owner;
    this.args = args;
    this.key = key;
    this.permit = permit;
    this.promise = new Promise(capture);
    this.resolve = resolveLast;
    this.reject = rejectLast;
    // They hold the promise, and with it the result.
    resolveLast = rejectLast = nobody;
    this.startedAt = now();
  }

  get elapsedMs(): number {
    return now() - this.startedAt;
  }

  /** A timer for many calls ends this one: what hears of it must run where the call was made. */
  keepContext(): void {
    this.#context = new AsyncResource('RecloserOpossumCall');
  }

  /** Ends as the action's promise does. */
  follow(pending: Promise<unknown>): void {
    this.pending = pending;
    pending.then(
      (result) => this.#ok(result),
      (error: unknown) => this.#err(error),
    );
  }

  expire(): void {
    this.#ended = true;
    if (this.#context === null) this.#owner.expired(this);
    else this.#context.runInAsyncScope(() => this.#owner.expired(this));
  }

  #ok(result: unknown): void {
    if (this.#ended) return;
    try {
      this.#owner.succeeded(this, result);
    } catch (error) {
      // A listener threw.
      this.#owner.threw(this, error);
    }
  }

  #err(error: unknown): void {
    if (!this.#ended) this.#owner.threw(this, error);
  }
}
