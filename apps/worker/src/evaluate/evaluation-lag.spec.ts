import { createMetrics } from '@recloser/server';
import { expect, it } from 'vitest';
import { EvaluationLag } from './evaluation-lag.js';

function measured() {
  const metrics = createMetrics('test');
  let now = 10_000;
  const lag = new EvaluationLag(metrics, () => now);
  const figures = async () => {
    const text = await metrics.metrics();
    const of = (what: string) =>
      Number(
        new RegExp(`^recloser_evaluation_lag_seconds_${what}\\{.*\\} (.*)$`, 'm').exec(text)?.[1],
      );
    return { count: of('count'), sum: of('sum') };
  };
  return { lag, figures, pass: (ms: number) => (now += ms) };
}

it('the wait of an evaluation is that of its oldest breaker, with the time since it was taken', async () => {
  const { lag, figures, pass } = measured();
  lag.taken(
    'e',
    new Map([
      ['a', 500],
      ['b', 2_000],
    ]),
  );
  pass(1_000);
  lag.evaluating('e', ['a', 'b']);
  expect(await figures()).toEqual({ count: 1, sum: 3 });
});

it('breakers that are evaluated in a second batch are measured there', async () => {
  const { lag, figures, pass } = measured();
  lag.taken(
    'e',
    new Map([
      ['a', 0],
      ['b', 1_000],
    ]),
  );
  lag.evaluating('e', ['a']);
  pass(4_000);
  lag.evaluating('e', ['b']);
  expect(await figures()).toEqual({ count: 2, sum: 5 });
});

it('an evaluation that is repeated piece by piece is measured once', async () => {
  const { lag, figures } = measured();
  lag.taken(
    'e',
    new Map([
      ['a', 1_000],
      ['b', 1_000],
    ]),
  );
  lag.evaluating('e', ['a', 'b']);
  lag.evaluating('e', ['a']);
  lag.evaluating('e', ['b']);
  lag.evaluating('other', ['a']);
  expect(await figures()).toEqual({ count: 1, sum: 1 });
});
