/** What a connection does with one frame; it came so many ms ago. */
type Work = (waitedMs: number) => void;

/** A socket whose reading can be stopped for a while. */
interface Source {
  pause(): void;
  resume(): void;
}

interface Waiting {
  readonly source: Source;
  readonly length: number;
  readonly at: number;
  readonly work: Work;
}

/** What was read from one socket and has not been worked on. */
interface Backlog {
  frames: number;
  length: number;
  paused: boolean;
}

export interface FrameQueueOptions {
  /** Ms, on a clock that does not jump. */
  readonly now: () => number;
  /** Calls back when other work of the process has had its turn. */
  readonly later: (callback: () => void) => void;
}

/** Frames are worked on for so long in one turn of the event loop, in ms. One frame takes a few at most. */
const TURN_MS = 8;
/** Characters that may wait: of one socket, and of all. A socket with more is not read until its frames are worked on. */
const MAX_OF_ONE = 256 * 1024;
const MAX_OF_ALL = 8 * 1024 * 1024;

/**
 * Works on the frames of all SDKs in the order in which they came, a few ms at a time, so that however many come, pings leave and
 * requests are answered. Sockets that send more than can be worked on are read more slowly: their SDKs notice it, and send
 * fewer and larger sums.
 */
export class FrameQueue {
  readonly #options: FrameQueueOptions;
  readonly #backlogs = new Map<Source, Backlog>();
  #waiting: Waiting[] = [];
  /** Those before it are done. */
  #next = 0;
  #length = 0;
  #spentMs = 0;
  #scheduled = false;

  constructor(options: FrameQueueOptions) {
    this.#options = options;
  }

  /** Frames that wait. */
  get size(): number {
    return this.#waiting.length - this.#next;
  }

  /** Works on a frame of `length` characters: at once when there is time, else in its turn. */
  add(source: Source, length: number, work: Work): void {
    this.#schedule();
    const at = this.#options.now();
    if (this.size === 0 && this.#spentMs < TURN_MS) {
      work(0);
      this.#spentMs += this.#options.now() - at;
      return;
    }
    this.#waiting.push({ source, length, at, work });
    this.#length += length;
    this.#note(source, length);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.later(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    const start = this.#options.now();
    for (let now = start; now - start < TURN_MS; now = this.#options.now()) {
      const one = this.#waiting[this.#next];
      if (one === undefined) break;
      this.#next += 1;
      this.#length -= one.length;
      one.work(now - one.at);
      this.#forget(one);
    }
    this.#spentMs = this.#options.now() - start;
    if (this.size > 0) this.#schedule();
    else this.#spentMs = 0;
    // Once for many: to shift an array of thousands moves all of them.
    if (this.#next * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#next);
    this.#next = 0;
  }

  #note(source: Source, length: number): void {
    let backlog = this.#backlogs.get(source);
    if (backlog === undefined) {
      backlog = { frames: 0, length: 0, paused: false };
      this.#backlogs.set(source, backlog);
    }
    backlog.frames += 1;
    backlog.length += length;
    if (backlog.paused || (backlog.length <= MAX_OF_ONE && this.#length <= MAX_OF_ALL)) return;
    backlog.paused = true;
    source.pause();
  }

  #forget({ source, length }: Waiting): void {
    const backlog = this.#backlogs.get(source);
    if (backlog === undefined) return;
    backlog.frames -= 1;
    backlog.length -= length;
    if (backlog.frames > 0) return;
    this.#backlogs.delete(source);
    if (backlog.paused) source.resume();
  }
}
