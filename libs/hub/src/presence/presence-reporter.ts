import type { BreakerView, Partition } from '@recloser/core';
import type { PresenceCount } from '@recloser/protocol';
import type { HubTuning } from '../ports.js';
import { PartitionsInUse } from './partitions-in-use.js';
import { acksFor, isRamping } from './presence.js';

/** While acknowledgements come in, presence is reported this often. */
const PROGRESS_MS = 100;
/** A change that has not arrived everywhere after this is left to the evaluator's own clock. */
const AWAIT_MS = 30_000;

export interface PresencePorts {
  readonly tuning: HubTuning;
  now(): number;
  /** The latest seq. */
  head(): number;
  count(): PresenceCount;
  report(presence: PresenceCount): Promise<void>;
  /** Most instances here have applied the last change of these breakers. */
  converged(breakers: readonly string[]): Promise<void>;
}

/**
 * Says who has applied what: every second, and as soon as the last acknowledgement of a change came in, since the
 * dwell of a ramp step waits for it. One report at a time.
 */
export class PresenceReporter {
  readonly #ports: PresencePorts;
  /** Ramping breakers whose last change is on its way, and when it was pushed. */
  readonly #awaited = new Map<string, number>();
  readonly #parts = new PartitionsInUse();
  #acksMissing = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  #dirty = false;
  #busy = false;
  #wasEmpty = true;

  constructor(ports: PresencePorts) {
    this.#ports = ports;
  }

  /** A change was pushed to so many instances. */
  pushed(instances: number): void {
    this.#acksMissing = instances;
  }

  /** Notes a breaker's present state, as it was pushed. A ramp waits for it to arrive. */
  observe(key: string, view: BreakerView | undefined): void {
    this.#parts.note(key, view);
    if (isRamping(view)) this.#awaited.set(key, this.#ports.now());
    else this.#awaited.delete(key);
  }

  /** To be told apart. */
  get parts(): readonly Partition[] {
    return this.#parts.list;
  }

  /** An instance acknowledged something. */
  acked(): void {
    this.#dirty = true;
  }

  /** An instance that the latest change was pushed to acknowledged it, or has gone. */
  arrived(): void {
    this.#dirty = true;
    this.#acksMissing -= 1;
    if (this.#acksMissing === 0) this.#report();
  }

  /** Reports when it is due. */
  run(): void {
    const since = this.#ports.now() - this.#lastAt;
    if (since >= (this.#dirty ? PROGRESS_MS : this.#ports.tuning.presenceMs)) this.#report();
  }

  #report(): void {
    if (this.#busy) return;
    this.#lastAt = this.#ports.now();
    const head = this.#ports.head();
    const presence = this.#ports.count();
    this.#dirty = false;
    // Nobody is here, and the store knows or has forgotten by itself.
    if (presence.acked.length === 0 && this.#wasEmpty) return;
    this.#wasEmpty = presence.acked.length === 0;
    this.#busy = true;
    void this.#send(presence, head).finally(() => {
      this.#busy = false;
      if (this.#dirty && this.#acksMissing === 0) this.#report();
    });
  }

  async #send(presence: PresenceCount, head: number): Promise<void> {
    await this.#ports.report(presence);
    const breakers = this.#applied(presence, head);
    if (breakers.length > 0) await this.#ports.converged(breakers);
  }

  #applied(presence: PresenceCount, head: number): string[] {
    const { connected, applied } = acksFor(presence, head);
    const breakers = connected > 0 && applied * 2 >= connected ? [...this.#awaited.keys()] : [];
    const complete = applied === connected && head === this.#ports.head();
    const now = this.#ports.now();
    for (const [key, since] of this.#awaited) {
      if (complete || now - since > AWAIT_MS) this.#awaited.delete(key);
    }
    return breakers;
  }
}
