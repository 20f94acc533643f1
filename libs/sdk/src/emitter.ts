import { inOwnContext } from './platform/own-context.js';

/**
 * A few listeners per event. One that throws, or returns a promise that rejects, hurts neither the others nor the
 * emitter. They run in the SDK's own async context, not in that of the call which brought the event about.
 */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();
  readonly #onFailure: (error: unknown) => void;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** Returns a function that removes the listener again. */
  on<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void {
    let listeners = this.#listeners.get(name);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(name, listeners);
    }
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  has(name: keyof Events): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  emit<K extends keyof Events>(name: K, event: Events[K]): void {
    const listeners = this.#listeners.get(name) as Set<(event: Events[K]) => void> | undefined;
    if (listeners === undefined) return;
    inOwnContext(() => {
      for (const listener of [...listeners]) this.#tell(listener, event);
    });
  }

  clear(): void {
    this.#listeners.clear();
  }

  #tell<E>(listener: (event: E) => unknown, event: E): void {
    try {
      Promise.resolve(listener(event)).catch(this.#onFailure);
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
