import { BreakerNames } from './breaker-names.js';
import type { Metrics, Sample } from './metrics.js';

/** One transition as it is counted. */
interface CountedTransition {
  readonly project: string;
  readonly environment: string;
  readonly breaker: string;
  readonly cause: string;
}

/** Counts transitions by breaker and cause; returns what to call with each. At most `limit` breakers are named. */
export function transitionCounter(
  metrics: Metrics,
  limit: number,
): (transition: CountedTransition) => void {
  const names = new BreakerNames(limit);
  const counts = new Map<string, Sample>();
  metrics.addFamily({
    name: 'recloser_breaker_transitions_total',
    help: 'Transitions committed by this process, by breaker and cause',
    type: 'counter',
    samples: () => [...counts.values()],
  });
  return ({ project, environment, breaker: key, cause }) => {
    const breaker = names.nameOf(`${project}/${environment}`, key);
    const labels = { project, environment, breaker, cause };
    const id = Object.values(labels).join('\n');
    counts.set(id, { labels, value: (counts.get(id)?.value ?? 0) + 1 });
  };
}
