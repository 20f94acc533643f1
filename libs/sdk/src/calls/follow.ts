interface Followed {
  readonly all: Set<() => void>;
  readonly tell: () => void;
}

/** Who waits for each signal to abort. */
const followed = new WeakMap<AbortSignal, Followed>();
/** Whoever uses a signal keeps what aborts it. */
const controllers = new WeakMap<AbortSignal, AbortController>();
const collected = new FinalizationRegistry<() => void>((forget) => forget());

/**
 * Calls `run` once the signal aborts; returns what ends this. A signal has one listener of ours for all who wait, and none
 * when nobody does: more than ten would look like a leak to Node, and one keeps a signal of `AbortSignal.any` as long as
 * its sources.
 */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  const { all, tell } = followed.get(signal) ?? newlyFollowed(signal);
  if (all.size === 0) signal.addEventListener('abort', tell);
  // An object of its own, as the same function may wait twice.
  const own = (): void => run();
  all.add(own);
  return () => {
    if (all.delete(own) && all.size === 0) signal.removeEventListener('abort', tell);
  };
}

function newlyFollowed(signal: AbortSignal): Followed {
  const all = new Set<() => void>();
  const tell = (): void => {
    for (const run of [...all]) run();
  };
  followed.set(signal, { all, tell });
  return { all, tell };
}

/**
 * Aborts `controller` when `signal` aborts, as long as anybody uses its signal: also after the call, for the body of a
 * response. It is held weakly, as a signal that lives as long as the process must not gather all of its calls.
 */
export function follow(signal: AbortSignal, controller: AbortController): void {
  const ref = new WeakRef(controller);
  const forget = onAbort(signal, () => ref.deref()?.abort(signal.reason));
  controllers.set(controller.signal, controller);
  collected.register(controller, forget);
}

/** Why a signal has aborted. Those of libraries that stand in for the native one may not know. */
export function reasonOf(signal: AbortSignal): Error {
  return (signal.reason === undefined ? AbortSignal.abort() : signal).reason as Error;
}
