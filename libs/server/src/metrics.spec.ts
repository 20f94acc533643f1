import { expect, it } from 'vitest';
import { createMetrics } from './metrics.js';

const family = (samples: () => Iterable<{ labels: Record<string, string>; value: number }>) => ({
  name: 'a_family',
  help: 'What it says',
  type: 'gauge' as const,
  samples,
});

it('a family is written after the other metrics, with the default labels and escaped values', async () => {
  const metrics = createMetrics('api');
  metrics.addFamily(family(() => [{ labels: { key: 'a"b\\c\nd' }, value: 0.5 }]));
  const text = await metrics.metrics();
  expect(text).toContain('recloser_process_cpu_seconds_total');
  expect(text.slice(text.indexOf('# HELP a_family'))).toBe(
    [
      '# HELP a_family What it says',
      '# TYPE a_family gauge',
      String.raw`a_family{key="a\"b\\c\nd",service="api"} 0.5`,
      '',
    ].join('\n'),
  );
});

it('other work gets its turn while a large family is written', async () => {
  const metrics = createMetrics('api');
  let turns = 0;
  const turnsSeen: number[] = [];
  metrics.addFamily(
    family(function* () {
      for (let i = 0; i < 50_000; i += 1) {
        if (turnsSeen.at(-1) !== turns) turnsSeen.push(turns);
        yield { labels: { i: String(i) }, value: i };
      }
    }),
  );
  let done = false;
  const turn = () => {
    turns += 1;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  const text = await metrics.metrics();
  done = true;
  expect(turnsSeen.length).toBeGreaterThan(40);
  expect(text.match(/^a_family\{/gm)).toHaveLength(50_000);
});
