import type { BreakerSummary, ConsoleServerFrame } from '@recloser/protocol';
import { noteServerTime, storeNow } from '@/lib/clock';
import { mergeFrames } from './live-frames';
import {
  applyBreaker,
  applyFrame,
  type ConnectionStatus,
  type LiveState,
  withStatus,
} from './live-state';

/** The least time between two renderings of what the feed tells: a burst of changes is drawn as one. */
const EVERY_MS = 200;
/** Frames that wait at most; a feed that is faster than that is taken over as it comes. */
const WAITING = 500;

/** Holds the live state of one environment outside React, so that a frame renders only what reads it. */
export class LiveStore {
  #state: LiveState;
  #waiting: ConsoleServerFrame[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #takenAt = 0;
  readonly #listeners = new Set<() => void>();

  constructor(
    /** What the server has drawn. */
    readonly initial: LiveState,
  ) {
    this.#state = initial;
  }

  readonly get = (): LiveState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** A frame after a pause is taken over at once, one in a burst together with those that follow it. */
  receive(frame: ConsoleServerFrame): void {
    if (frame.t === 'snapshot' || frame.t === 'changes') noteServerTime(frame.at);
    this.#waiting.push(frame);
    const pause = EVERY_MS - (Date.now() - this.#takenAt);
    if (pause <= 0 || pause > EVERY_MS || this.#waiting.length >= WAITING) this.#take();
    else this.#timer ??= setTimeout(this.#take, pause);
  }

  setStatus(status: ConnectionStatus): void {
    this.#take();
    this.#set(withStatus(this.#state, status));
  }

  /** Takes over what a command's answer says, before the feed says it. */
  accept(breaker: BreakerSummary): void {
    this.#set(applyBreaker(this.#state, breaker));
  }

  readonly #take = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const frames = this.#waiting;
    this.#waiting = [];
    this.#takenAt = Date.now();
    this.#set(
      mergeFrames(frames).reduce(
        (state, frame) => applyFrame(state, frame, storeNow()),
        this.#state,
      ),
    );
  };

  #set(next: LiveState): void {
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}
