import type { Evaluator, EvaluatorPorts } from './evaluator.js';

/** Breakers taken at once; what is left over is taken by the next sweep or by another worker. */
const TAKE = 500;

export interface Swept {
  /** State changes committed. */
  readonly changes: number;
  /** More is waiting than one sweep takes. */
  readonly more: boolean;
  /** Why environments could not be evaluated; their breakers are marked again. */
  readonly failed: readonly unknown[];
}

/** Evaluates, once, all breakers that signals have marked and those whose time has come. */
export async function sweep(
  evaluator: Evaluator,
  { signals, states }: Pick<EvaluatorPorts, 'signals' | 'states'>,
): Promise<Swept> {
  const [dirty, due] = await Promise.all([signals.takeDirty(TAKE), states.due(TAKE)]);
  const failed: unknown[] = [];
  let changes = 0;
  for (const [environmentId, keys] of byEnvironment([...dirty, ...due])) {
    try {
      changes += await evaluator.evaluate(environmentId, [...keys]);
    } catch (error) {
      failed.push(error);
      await signals.markDirty(environmentId, [...keys]);
    }
  }
  return { changes, more: dirty.length >= TAKE, failed };
}

function byEnvironment(
  marks: readonly { readonly environmentId: string; readonly breaker: string }[],
): Map<string, Set<string>> {
  const grouped = new Map<string, Set<string>>();
  for (const { environmentId, breaker } of marks) {
    const keys = grouped.get(environmentId) ?? new Set();
    keys.add(breaker);
    grouped.set(environmentId, keys);
  }
  return grouped;
}
