/** Something that will happen, unless it is cancelled. */
export interface Scheduled {
  cancel(): void;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

/**
 * Between two immediates Node settles every promise that can settle, and many of them in one turn of its loop cost a tenth
 * of as many turns.
 */
const TURNS = 256;

/** Virtual time: what is due runs in order of time, and promises settle before anything later happens. */
export class Scheduler {
  /** Milliseconds since the simulation began. */
  now = 0;
  /** How many events have run. */
  ran = 0;
  #order = 0;
  readonly #heap: Entry[] = [];

  after(ms: number, run: () => void): Scheduled {
    const entry: Entry = { at: this.now + Math.max(0, ms), order: this.#order, run };
    this.#order += 1;
    push(this.#heap, entry);
    return {
      cancel: () => {
        entry.run = null;
      },
    };
  }

  /** Repeats `run` every `ms` until it is cancelled. */
  every(ms: number, run: () => void): Scheduled {
    let stopped = false;
    let next: Scheduled;
    const again = (): void => {
      next = this.after(ms, () => {
        run();
        if (!stopped) again();
      });
    };
    again();
    return {
      cancel: () => {
        stopped = true;
        next.cancel();
      },
    };
  }

  /** Runs everything that is due up to `at`, and what follows from it. */
  runUntil(at: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let over = false;
      const turn = (): void => {
        if (over) return;
        try {
          over = !this.#runNext(at);
        } catch (error) {
          over = true;
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        if (over) resolve();
      };
      const turns = (): void => {
        if (over) return;
        for (let i = 0; i < TURNS; i += 1) setImmediate(turn);
        setImmediate(turns);
      };
      turns();
    });
  }

  /** False when nothing more is due up to `at`. */
  #runNext(at: number): boolean {
    for (let entry = this.#heap[0]; entry !== undefined && entry.at <= at; entry = this.#heap[0]) {
      pop(this.#heap);
      const { run } = entry;
      if (run === null) continue;
      this.now = entry.at;
      this.ran += 1;
      run();
      return true;
    }
    this.now = at;
    return false;
  }
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Entry[], entry: Entry): void {
  let child = heap.push(entry) - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || before(above, entry)) break;
    heap[child] = above;
    child = parent;
  }
  heap[child] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let parent = 0;
  for (;;) {
    let child = 2 * parent + 1;
    const left = heap[child];
    const right = heap[child + 1];
    if (left === undefined) break;
    let least = left;
    if (right !== undefined && before(right, left)) {
      child += 1;
      least = right;
    }
    if (before(last, least)) break;
    heap[parent] = least;
    parent = child;
  }
  heap[parent] = last;
}
