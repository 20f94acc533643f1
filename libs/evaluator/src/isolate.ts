import { isRecloserError } from '@recloser/protocol';

/** Evaluates breakers of one environment; returns how many changes were committed. */
export type Evaluate = (environmentId: string, keys: readonly string[]) => Promise<number>;

export interface BrokenBreaker {
  readonly key: string;
  readonly error: unknown;
}

export interface Isolated {
  /** State changes committed. */
  readonly changes: number;
  /** Breakers that cannot be evaluated, each with why. */
  readonly broken: readonly BrokenBreaker[];
}

/**
 * Evaluates breakers so that one that cannot be evaluated stops no other: when all of them fail together, each half is
 * evaluated apart. That costs some evaluations more for each that is broken.
 * @throws what says nothing about single breakers: a store does not answer, the environment is gone.
 */
export async function isolated(
  evaluate: Evaluate,
  environmentId: string,
  keys: readonly string[],
): Promise<Isolated> {
  try {
    return { changes: await evaluate(environmentId, keys), broken: [] };
  } catch (error) {
    if (!isOfBreaker(error)) throw error;
    const [key] = keys;
    if (key === undefined || keys.length === 1) {
      return { changes: 0, broken: key === undefined ? [] : [{ key, error }] };
    }
    const middle = Math.ceil(keys.length / 2);
    const first = await isolated(evaluate, environmentId, keys.slice(0, middle));
    const second = await isolated(evaluate, environmentId, keys.slice(middle));
    return {
      changes: first.changes + second.changes,
      broken: [...first.broken, ...second.broken],
    };
  }
}

/** Stores translate their own troubles: anything else comes from what is kept of a breaker. */
function isOfBreaker(error: unknown): boolean {
  return !isRecloserError(error) || error.code === 'corrupt_row';
}
