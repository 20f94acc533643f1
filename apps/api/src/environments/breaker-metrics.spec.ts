import { ADMISSION_ALL, STATE_KINDS, type BreakerView, type StateKind } from '@recloser/core';
import type { HeldBreaker } from '@recloser/hub';
import { createMetrics } from '@recloser/server';
import { expect, it } from 'vitest';
import { addBreakerMetrics, type NamedReplica } from './breaker-metrics.js';

const held = (key: string, seq = 1, state: StateKind = 'closed'): HeldBreaker => {
  const view: BreakerView = {
    ...{ key, version: 1, state, mode: 'auto', salt: key, cohortKey: 'accountId', rules: [] },
    admission: state === 'closed' ? ADMISSION_ALL : state === 'ramping' ? ADMISSION_ALL / 8 : 0,
    call: { timeoutMs: null, stallMs: null, slowMs: null },
    retryAfterMs: null,
  };
  return { view, seq };
};

type Acked = readonly (readonly [seq: number, instances: number])[];

const nodeOf = (
  breakers: () => Iterable<HeldBreaker>,
  acked: Acked = [],
  environment = 'production',
): NamedReplica => {
  const presence = () => ({ hubId: 'hub', environmentId: environment, acked, behind: [] });
  return { project: 'shop', environment, node: { hub: { breakers, presence } } };
};

function scraped(nodes: readonly NamedReplica[], limit: number) {
  const metrics = createMetrics('api');
  addBreakerMetrics(metrics, () => nodes, limit);
  return async () => {
    const lines = (await metrics.metrics()).split('\n');
    const ours = lines.filter((line) => /^recloser_(breaker|instances)/.test(line));
    return new Map(
      ours.map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end).replace(/,?service="api"/, ''), Number(line.slice(end + 1))];
      }),
    );
  };
}

const series = (name: string, breaker: string, more = '') =>
  `recloser_breaker_${name}{project="shop",environment="production",breaker="${breaker}"${more}}`;

it('each breaker has its state, its admission, and how many instances have not applied it', async () => {
  const acked: Acked = [
    [3, 1],
    [5, 2],
    [9, 4],
  ];
  const breakers = [held('a', 5), held('b', 9, 'ramping'), held('c', 10, 'open')];
  const found = await scraped([nodeOf(() => breakers, acked)], 10)();
  for (const { view } of breakers)
    for (const state of STATE_KINDS)
      expect(found.get(series('state', view.key, `,state="${state}"`))).toBe(
        state === view.state ? 1 : 0,
      );
  const admitted = breakers.map(({ view }) => found.get(series('admission_ratio', view.key)));
  expect(admitted).toEqual([1, 0.125, 0]);
  const behind = breakers.map(({ view }) => found.get(series('instances_behind', view.key)));
  expect(behind).toEqual([1, 3, 7]);
  const connected = 'recloser_instances_connected{project="shop",environment="production"}';
  expect(found.get(connected)).toBe(7);
  expect(found.get('recloser_breakers_unnamed{}')).toBe(0);
});

it('breakers beyond the limit stand together, whatever environment they are in', async () => {
  const acked: Acked = [[3, 2]];
  const here = [held('a'), held('b', 4, 'open'), held('c', 2, 'open'), held('(others)')];
  const there = nodeOf(() => [held('a'), held('z')], [], 'development');
  const found = await scraped([nodeOf(() => here, acked), there], 1)();
  expect(found.get(series('state', 'a', ',state="closed"'))).toBe(1);
  expect(found.get(series('state', '(others)', ',state="open"'))).toBe(2);
  expect(found.get(series('state', '(others)', ',state="closed"'))).toBe(1);
  expect(found.has(series('admission_ratio', '(others)'))).toBe(false);
  expect(found.get(series('instances_behind', '(others)'))).toBe(2);
  expect(found.get('recloser_breakers_unnamed{}')).toBe(5);
});

it('a breaker that is gone gives its place to another', async () => {
  let breakers = [held('a'), held('b')];
  const scrape = scraped([nodeOf(() => breakers)], 1);
  expect((await scrape()).has(series('admission_ratio', 'b'))).toBe(false);
  breakers = [held('b')];
  const found = await scrape();
  expect(found.get(series('admission_ratio', 'b'))).toBe(1);
  expect([...found.keys()].filter((line) => line.includes('"a"'))).toEqual([]);
});

it.each([0, 1_000, 10_000])(
  'with ten thousand breakers and a limit of %i, no more than that are named, and no series stands twice',
  async (limit) => {
    const breakers = Array.from({ length: 10_000 }, (_, i) => held(`breaker-${i}`, i));
    const metrics = createMetrics('api');
    addBreakerMetrics(metrics, () => [nodeOf(() => breakers, [[5_000, 1]])], limit);
    const text = await metrics.metrics();
    const isSeries = (line: string) => /^recloser_breaker_(?!parts_unnamed)/.test(line);
    const lines = text.split('\n').filter(isSeries);
    const keys = lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
    expect(new Set(keys).size).toBe(keys.length);
    const others = limit < 10_000 ? 6 : 0;
    expect(keys).toHaveLength(limit * 7 + others);
    expect(text).toContain(`recloser_breakers_unnamed{service="api"} ${10_000 - limit}`);
  },
);

type Scopes = NonNullable<BreakerView['scopes']>;

const parts = (count: number, state: StateKind): Scopes =>
  Array.from({ length: count }, (_, i) => ({
    ...{ kind: 'zone', value: `z${i}`, version: 2, state, mode: 'auto', retryAfterMs: null },
    admission: state === 'ramping' ? ADMISSION_ALL / 4 : 0,
  }));

const withParts = (key: string, scopes: Scopes): HeldBreaker => {
  const { view, seq } = held(key);
  return { view: { ...view, scopes }, seq };
};

it('parts of a fleet with a state of their own are counted for each breaker, and have their admission', async () => {
  const breakers = [
    withParts('a', [...parts(2, 'open'), ...parts(3, 'ramping').slice(2)]),
    held('b'),
  ];
  const found = await scraped([nodeOf(() => breakers)], 10)();
  expect(found.get(series('parts', 'a', ',state="open"'))).toBe(2);
  expect(found.get(series('parts', 'a', ',state="ramping"'))).toBe(1);
  expect(found.get(series('parts', 'a', ',state="closed"'))).toBe(0);
  expect(
    [...found.keys()].filter((line) => line.includes('parts{') && line.includes('"b"')),
  ).toEqual([]);
  const admission = (part: string) =>
    found.get(series('part_admission_ratio', 'a', `,kind="zone",part="${part}"`));
  expect(['z0', 'z1', 'z2'].map(admission)).toEqual([0, 0, 0.25]);
  expect(found.get('recloser_breaker_parts_unnamed{}')).toBe(0);
});

it('no more parts are named than breakers may be, all of them are counted, and one that is gone gives its place', async () => {
  let breakers = [withParts('a', parts(30, 'open')), withParts('b', parts(20, 'open'))];
  const scrape = scraped([nodeOf(() => breakers)], 1);
  const namedIn = (found: ReadonlyMap<string, number>) =>
    [...found.keys()].filter((line) => line.startsWith('recloser_breaker_part_admission_ratio'));
  const first = await scrape();
  expect(namedIn(first)).toEqual([series('part_admission_ratio', 'a', ',kind="zone",part="z0"')]);
  expect(first.get('recloser_breaker_parts_unnamed{}')).toBe(49);
  expect(first.get(series('parts', 'a', ',state="open"'))).toBe(30);
  expect(first.get(series('parts', '(others)', ',state="open"'))).toBe(20);
  breakers = [withParts('a', parts(3, 'open').slice(2))];
  const then = await scrape();
  expect(namedIn(then)).toEqual([series('part_admission_ratio', 'a', ',kind="zone",part="z2"')]);
});
