import type { BreakerSummary } from '@recloser/protocol';
import { noteServerTime } from '@/lib/clock';
import {
  applyBreaker,
  applyFrame,
  type ConnectionStatus,
  type LiveState,
  withStatus,
} from './live-state';
import type { ConsoleServerFrame } from '@recloser/protocol';

/** Holds the live state of one environment outside React, so that a frame renders only what reads it. */
export class LiveStore {
  #state: LiveState;
  readonly #listeners = new Set<() => void>();

  constructor(initial: LiveState) {
    this.#state = initial;
  }

  readonly get = (): LiveState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  receive(frame: ConsoleServerFrame): void {
    if (frame.t === 'snapshot' || frame.t === 'changes') noteServerTime(frame.at);
    this.#set(applyFrame(this.#state, frame, Date.now()));
  }

  setStatus(status: ConnectionStatus): void {
    this.#set(withStatus(this.#state, status));
  }

  /** Takes over what a command's answer says, before the feed says it. */
  accept(breaker: BreakerSummary): void {
    this.#set(applyBreaker(this.#state, breaker));
  }

  #set(next: LiveState): void {
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}
