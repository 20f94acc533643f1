import { expect, it } from 'vitest';
import { createMetrics } from './metrics.js';
import { transitionCounter } from './transition-metrics.js';

it('transitions are counted by breaker and cause, those beyond the limit together', async () => {
  const metrics = createMetrics('worker');
  const count = transitionCounter(metrics, 1);
  const transition = { project: 'p', environment: 'e', breaker: 'a', cause: 'excess_failures' };
  count(transition);
  count(transition);
  count({ ...transition, cause: 'command' });
  for (const breaker of ['b', 'c']) count({ ...transition, breaker });
  const text = await metrics.metrics();
  const found = [
    ...text.matchAll(/^recloser_breaker_transitions_total\{(.*),service="worker"\} (.*)$/gm),
  ];
  expect(found.map(([, labels, value]) => [labels, value])).toEqual([
    ['project="p",environment="e",breaker="a",cause="excess_failures"', '2'],
    ['project="p",environment="e",breaker="a",cause="command"', '1'],
    ['project="p",environment="e",breaker="(others)",cause="excess_failures"', '2'],
  ]);
});
