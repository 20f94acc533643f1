import { expect, it } from 'vitest';
import type { SignalFrame } from '@recloser/protocol';
import { makeView } from '../hub.fake.js';
import { emptyStats } from '../stats.js';
import type { Reporter } from './reporter.js';
import { SignalIngestor } from './signal-ingestor.js';

const HUB = { hubId: 'hub', environmentId: 'env' };
const BREAKERS = 100;
const INSTANCES = 200;

function fill(): { ingestor: SignalIngestor; report: (failing: boolean, at: number) => void } {
  const ingestor = new SignalIngestor({
    stats: emptyStats(),
    maxAgeMs: 15_000,
    find: (breaker) => ({ view: makeView(breaker, 1), windowsMs: [10_000] }),
  });
  const group = ingestor.group('checkout', '');
  const reporters = Array.from({ length: INSTANCES }, (_, i): Reporter => ({
    keyId: 'key-1',
    instanceId: `i-${i}`,
    service: 'checkout',
    zone: null,
    region: null,
    scoped: true,
    group: 'checkout',
  }));
  const report = (failing: boolean, at: number): void => {
    const items = Array.from({ length: BREAKERS }, (_, i) => ({
      b: `b-${i}`,
      v: 1,
      c: [[0, 1, failing && i === BREAKERS - 1 ? 1 : 0]],
    }));
    const frame: SignalFrame = { t: 'signal', n: 1, items };
    for (const reporter of reporters) ingestor.add(frame, reporter, group, at);
  };
  return { ingestor, report };
}

it('statistics of very many instances are made bit by bit, those of failing breakers first', () => {
  const { ingestor, report } = fill();
  report(true, 1_000);
  const first = ingestor.take(HUB, 1_000, false);
  const told = new Set(first?.census.map(({ breaker }) => breaker));
  expect(told.has(`b-${BREAKERS - 1}`)).toBe(true);
  // Not more than some thousand instances of breakers in one go, and all of them after some.
  expect(told.size).toBeLessThan(BREAKERS / 2);
  for (let tick = 0; tick < 10; tick += 1) ingestor.work(1_020 + 20 * tick);
  for (const row of ingestor.take(HUB, 1_300, false)?.census ?? []) {
    told.add(row.breaker);
    expect(row.reporting).toBe(INSTANCES);
  }
  expect(told.size).toBe(BREAKERS);
});

it('statistics that were made lately are not made again at every drain while there are too many', () => {
  const { ingestor, report } = fill();
  report(false, 1_000);
  ingestor.take(HUB, 1_000, false);
  for (let tick = 0; tick < 10; tick += 1) ingestor.work(1_020 + 20 * tick);
  ingestor.take(HUB, 1_250, false);
  report(false, 1_300);
  ingestor.take(HUB, 1_350, false);
  let rows = 0;
  for (let at = 1_370; at < 1_900; at += 20) {
    ingestor.work(at);
    rows += ingestor.take(HUB, at, false)?.census.length ?? 0;
  }
  expect(rows).toBe(0);
  // A second after they were sent they are renewed, as the store forgets them otherwise.
  for (let at = 2_000; at < 2_600; at += 20) {
    ingestor.work(at);
    rows += ingestor.take(HUB, at, false)?.census.length ?? 0;
  }
  expect(rows).toBe(BREAKERS);
});

it('the last call tells everything', () => {
  const { ingestor, report } = fill();
  report(false, 1_000);
  expect(ingestor.take(HUB, 1_000, true)?.census).toHaveLength(BREAKERS);
});

it('sums of a large fleet leave some thousand at a time, those of failing breakers first, and each call is counted once', () => {
  const breakers = 1_500;
  const ingestor = new SignalIngestor({
    stats: emptyStats(),
    maxAgeMs: 15_000,
    find: (breaker) => ({ view: makeView(breaker, 1), windowsMs: [10_000] }),
  });
  const failing = `b-${breakers - 1}`;
  for (const [index, service] of ['checkout', 'search', 'mail'].entries()) {
    const reporter: Reporter = {
      ...{ keyId: 'key-1', instanceId: `i-${index}`, service, zone: null, region: null },
      ...{ scoped: true, group: service },
    };
    const items = Array.from({ length: breakers }, (_, i) => ({
      b: `b-${i}`,
      v: 1,
      c: [[0, 1, i === breakers - 1 ? 1 : 0]],
    }));
    ingestor.add({ t: 'signal', n: 1, items }, reporter, ingestor.group(service, ''), 1_000);
  }
  const taken = [];
  for (let drain = 0; drain < 10; drain += 1) {
    const aggregates = ingestor.take(HUB, 1_000 + 250 * drain, false)?.aggregates ?? [];
    expect(aggregates.length).toBeLessThan(2_100);
    taken.push(...aggregates);
    if (!ingestor.hasMore) break;
  }
  expect(taken.slice(0, 3).map(({ breaker }) => breaker)).toEqual([failing, failing, failing]);
  expect(taken).toHaveLength(3 * breakers);
  expect(taken.reduce((sum, { counts }) => sum + counts.ok, 0)).toBe(3 * breakers);
});
