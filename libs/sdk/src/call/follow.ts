/** What follows a signal, held weakly: one that lives as long as the process must not gather all of its calls. */
const followers = new WeakMap<AbortSignal, Set<WeakRef<AbortController>>>();
/** Whoever uses a signal keeps what aborts it. */
const controllers = new WeakMap<AbortSignal, AbortController>();
const collected = new FinalizationRegistry<() => void>((forget) => forget());

/**
 * Aborts `controller` when `signal` aborts, as long as anybody uses its signal: also after the call, for the body of a
 * response. As `AbortSignal.any`, which however keeps what has a listener as long as its source.
 */
export function follow(signal: AbortSignal, controller: AbortController): void {
  const all = followers.get(signal) ?? new Set();
  if (!followers.has(signal)) {
    followers.set(signal, all);
    const abort = (): void => {
      for (const ref of all) ref.deref()?.abort(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
  }
  const ref = new WeakRef(controller);
  all.add(ref);
  controllers.set(controller.signal, controller);
  collected.register(controller, () => all.delete(ref));
}

/** Why a signal has aborted. Those of libraries that stand in for the native one may not know. */
export function reasonOf(signal: AbortSignal): Error {
  return (signal.reason === undefined ? AbortSignal.abort() : signal).reason as Error;
}
