import { performance } from 'node:perf_hooks';

export interface LivenessOptions {
  /** Any answer but 503 says that the process works. */
  readonly url: string;
  /** Longest time without such an answer, once there was one, in ms. */
  readonly hungMs: number;
  /** Called once, with why. */
  readonly onHung: (why: string) => void;
}

export interface LivenessWatch {
  /** Somebody else has seen that it works. */
  works(): void;
  end(): void;
}

/** How often it asks, and how long it waits for an answer, as parts of `hungMs`. */
const ASKS = 10;
const ANSWER_PART = 4;

/**
 * Asks a process again and again whether it works. A process that hangs looks like one that runs to everybody else: to
 * the operating system, and to a supervisor that waits for it to end.
 */
export function watchLiveness({ url, hungMs, onHung }: LivenessOptions): LivenessWatch {
  let aliveAt: number | null = null;
  let askedAt = performance.now();
  let ended = false;
  let timer: NodeJS.Timeout;
  const ask = async (): Promise<void> => {
    const now = performance.now();
    // This process has been asleep itself, and most likely the other one with it.
    if (now - askedAt > hungMs / 2 && aliveAt !== null) aliveAt = now;
    askedAt = now;
    const alive = await answers(url, hungMs / ANSWER_PART);
    if (ended) return;
    if (alive) aliveAt = performance.now();
    else if (aliveAt !== null && performance.now() - aliveAt > hungMs) {
      ended = true;
      onHung(`it has not answered for ${Math.round((performance.now() - aliveAt) / 1_000)} s`);
      return;
    }
    schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => void ask(), hungMs / ASKS);
    timer.unref();
  };
  schedule();
  return {
    works: () => {
      aliveAt = performance.now();
    },
    end: () => {
      ended = true;
      clearTimeout(timer);
    },
  };
}

async function answers(url: string, withinMs: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(withinMs);
    const response = await fetch(url, { redirect: 'manual', signal });
    await response.body?.cancel();
    return response.status !== 503;
  } catch {
    return false;
  }
}
