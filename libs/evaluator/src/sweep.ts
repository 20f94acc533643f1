import { isolated, type Evaluate } from './isolate.js';
import type { Evaluator, EvaluatorPorts } from './evaluator.js';

/** Breakers taken at once; what is left over is taken by the next sweep or by another worker. */
const TAKE = 500;

/** What is due within this is known beforehand, so that it need not wait for the next sweep, in ms. */
const AHEAD_MS = 500;

interface Mark {
  readonly environmentId: string;
  readonly breaker: string;
  readonly waitedMs: number;
}

/** What has to be evaluated: for each environment its breakers, and for how long each has been waiting, in ms. */
export interface Taken {
  readonly marks: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** More is waiting than one sweep takes. */
  readonly more: boolean;
  /** In how many ms the next breaker is due; null: not within the next 500 ms. */
  readonly nextDueMs: number | null;
}

/**
 * Takes the breakers that signals have marked, and those whose time has come but for those of the environments `busy`:
 * they would come again and again, and leave no room for others.
 */
export async function take(
  { signals, states }: Pick<EvaluatorPorts, 'signals' | 'states'>,
  busy: readonly string[] = [],
): Promise<Taken> {
  const [dirty, due] = await Promise.all([
    signals.takeDirty(TAKE),
    states.due(TAKE, busy, AHEAD_MS),
  ]);
  const next = due.find(({ waitedMs }) => waitedMs < 0);
  return {
    marks: byEnvironment([...dirty, ...due.filter(({ waitedMs }) => waitedMs >= 0)]),
    more: dirty.length >= TAKE,
    nextDueMs: next === undefined ? null : -next.waitedMs,
  };
}

export interface Swept {
  /** State changes committed. */
  readonly changes: number;
  readonly more: boolean;
  /** In how many ms the next breaker is due; null: not within the next 500 ms. */
  readonly nextDueMs: number | null;
  /** Why environments, or single breakers, could not be evaluated; those of whole environments are marked again. */
  readonly failed: readonly unknown[];
}

/** Evaluates, once and one environment after the other, all breakers that are marked or due. */
export async function sweep(
  evaluator: Pick<Evaluator, 'evaluate'>,
  ports: Pick<EvaluatorPorts, 'signals' | 'states'>,
): Promise<Swept> {
  const { marks, more, nextDueMs } = await take(ports);
  const failed: unknown[] = [];
  const evaluate: Evaluate = (environmentId, keys) => evaluator.evaluate(environmentId, keys);
  let changes = 0;
  for (const [environmentId, keys] of marks) {
    try {
      const done = await isolated(evaluate, environmentId, [...keys.keys()]);
      changes += done.changes;
      failed.push(...done.broken.map(({ error }) => error));
    } catch (error) {
      failed.push(error);
      await ports.signals.markDirty(environmentId, [...keys.keys()]);
    }
  }
  return { changes, more, nextDueMs, failed };
}

function byEnvironment(marks: readonly Mark[]): Map<string, Map<string, number>> {
  const grouped = new Map<string, Map<string, number>>();
  for (const { environmentId, breaker, waitedMs } of marks) {
    const keys = grouped.get(environmentId) ?? new Map<string, number>();
    keys.set(breaker, Math.max(waitedMs, keys.get(breaker) ?? 0));
    grouped.set(environmentId, keys);
  }
  return grouped;
}
