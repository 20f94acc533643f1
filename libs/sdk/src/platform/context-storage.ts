import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context } from '@recloser/core';
import { attempt } from '../signals/read.js';

/** The context of the surrounding async operation. Costs nothing until it is first used. */
export class ContextStorage {
  #storage: AsyncLocalStorage<Context> | null = null;

  run<T>(context: Context, fn: () => T): T {
    this.#storage ??= new AsyncLocalStorage();
    return this.#storage.run(this.over(context) ?? {}, fn);
  }

  /** The surrounding context with a call's own merged over it. */
  over(context: Context | undefined): Context | undefined {
    const around = this.#storage?.getStore();
    if (around === undefined || context === undefined) return around ?? context;
    // A context may hold getters that throw. That must not reach the caller.
    return attempt(() => ({ ...around, ...context })) ?? around;
  }
}
