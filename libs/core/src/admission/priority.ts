/** What a call's context may say as `priority`. Anything else is 'default'. */
export const PRIORITIES = ['critical', 'default', 'batch'] as const;

/** The context attribute that names a call's priority. */
export const PRIORITY_ATTRIBUTE = 'priority';

/**
 * A caller's place under its priority, 0…2³²−1. Critical callers lie in the first quarter, so that all of them are in at
 * 25% and a quarter of them at 6.25%. Batch callers lie in the second half: none is in at 50%. All others keep their
 * place. Each priority keeps its order, so that who is in at one admission is in at every larger one. Allocates nothing.
 */
export function placeByPriority(bucket: number, priority: unknown): number {
  if (priority === 'critical') return bucket >>> 2;
  return priority === 'batch' ? 2 ** 31 + (bucket >>> 1) : bucket;
}
