import { AsyncResource } from 'node:async_hooks';

const KEPT = /async_id_symbol$/;
const outside = makeOutside();

/**
 * Runs the SDK's own work outside of every caller's async context: timers, sockets and listeners that were started for
 * one request would otherwise stay in its trace for good. Returns what `work` returns, throws what it throws.
 */
export function inOwnContext<T>(work: () => T): T {
  return outside.runInAsyncScope(work);
}

/**
 * A resource that carries nothing. Node gives a new one what the code around it has, and this module may be loaded
 * within a request; what it was given lies in fields of the resource (Node 20 to 24). Elsewhere it keeps what was there
 * when the SDK was loaded.
 */
function makeOutside(): AsyncResource {
  const resource = new AsyncResource('Recloser');
  for (const field of Object.getOwnPropertySymbols(resource)) {
    if (!KEPT.test(field.description ?? '')) Reflect.set(resource, field, undefined);
  }
  return resource;
}
