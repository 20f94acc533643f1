import { beforeEach, describe, expect, it } from 'vitest';
import type { Rollup } from './rollups.js';
import { anna, openFixture } from '../spec/fixture.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const at = await openFixture();

/** As the worker has them made, for another day than today. */
async function ensurePartitions(start: number, days: number): Promise<number> {
  const { rows } = await at.raw.query<{ made: number }>(
    `SELECT recloser_ensure_rollup_partitions((to_timestamp($1::float8 / 1000.0) AT TIME ZONE 'UTC')::date, $2) AS made`,
    [start, days + 1],
  );
  return rows[0]?.made ?? 0;
}

const dropBefore = (cut: number) => at.db.rollups.dropOlderThan(Date.now() - cut);

let environmentId: string;
let round = 0;

beforeEach(async () => {
  round += 1;
  const input = { key: `env-${round}`, name: 'Env', kind: 'development' } as const;
  environmentId = (await at.db.environments.create(anna, 'default', input)).id;
});

describe('rollups', () => {
  const sum = (atMs: number, change: Partial<Rollup> = {}): Rollup => ({
    environmentId,
    breaker: 'a',
    at: atMs,
    widthS: 1,
    ok: 10,
    failures: 1,
    slow: 2,
    timeouts: 0,
    stalled: 0,
    rejected: 3,
    throttled: 0,
    localLag: 0,
    ...change,
  });
  const day = Date.UTC(2031, 0, 5);
  const partitions = async () => {
    const { rows } = await at.raw.query<{ name: string; count: number }>(
      `SELECT tableoid::regclass::text AS name, count(*)::int AS count FROM metric_rollup
       WHERE environment_id = $1 GROUP BY 1 ORDER BY 1`,
      [environmentId],
    );
    return rows.map(({ name, count }) => [name, count]);
  };

  it('merges latencies over the rows of a step, those without any beside them', async () => {
    await at.db.rollups.upsert([
      sum(day, { latency: [90, 4, 120, 1] }),
      sum(day + 1_000),
      sum(day + 2_000, { latency: [7, 2, 90, 1_000_000] }),
      sum(day + 60_000, { latency: [3, 1] }),
      sum(day, { breaker: 'b', latency: [1, 1] }),
    ]);
    const read = (stepMs: number) =>
      at.db.rollups.latencies(environmentId, 'a', day, day + HOUR, stepMs);
    expect(await read(60_000)).toEqual([
      { at: day, bins: [7, 2, 90, 1_000_004, 120, 1] },
      { at: day + 60_000, bins: [3, 1] },
    ]);
    expect((await read(1_000)).map((point) => (point.at - day) / 1_000)).toEqual([0, 2, 60]);
    await at.db.rollups.upsert([sum(day, { latency: [8, 1] }), sum(day + 2_000)]);
    expect((await read(60_000))[0]).toEqual({ at: day, bins: [8, 1] });
  });

  it('moves latencies with their rows into the partition of their day', async () => {
    const start = Date.UTC(2031, 3, 1);
    await at.db.rollups.upsert([sum(start, { latency: [5, 5] })]);
    expect(await ensurePartitions(start, 0)).toBe(1);
    expect(await at.db.rollups.latencies(environmentId, 'a', start, start + HOUR, 1_000)).toEqual([
      { at: start, bins: [5, 5] },
    ]);
  });

  it('replace what stood there', async () => {
    await at.db.rollups.upsert([sum(day), sum(day + 1_000), sum(day, { breaker: 'b' })]);
    await at.db.rollups.upsert([sum(day), sum(day + 1_000, { ok: 20 })]);
    const points = await at.db.rollups.series(environmentId, 'a', day, day + HOUR, 1_000);
    expect(points.map(({ at: time, ok }) => [time, ok])).toEqual([
      [day, 10],
      [day + 1_000, 20],
    ]);
    const coarse = await at.db.rollups.series(environmentId, 'a', day, day + HOUR, 60_000);
    expect(coarse).toMatchObject([{ at: day, ok: 30, failures: 2, rejected: 6, slow: 4 }]);
    expect(await at.db.rollups.latest(environmentId)).toBe(day + 1_000);
    expect(await at.db.rollups.latest(at.production.id)).toBeNull();
  });

  it('take the last of two sums of the same key in one batch', async () => {
    await at.db.rollups.upsert([sum(day), sum(day, { ok: 99 })]);
    const points = await at.db.rollups.series(environmentId, 'a', day, day + HOUR, 1_000);
    expect(points).toMatchObject([{ ok: 99 }]);
  });

  it('land in the partition of their day, and in the default one until there is any', async () => {
    const start = Date.UTC(2032, 0, 10 + round);
    const name = (offset: number) =>
      `metric_rollup_p${new Date(start + offset * DAY).toISOString().slice(0, 10).replaceAll('-', '')}`;
    await at.db.rollups.upsert([sum(start), sum(start + DAY - 1_000), sum(start + 5 * DAY)]);
    expect(await partitions()).toEqual([['metric_rollup_default', 3]]);
    expect(await ensurePartitions(start + HOUR, 1)).toBe(2);
    expect(await ensurePartitions(start + HOUR, 1)).toBe(0);
    expect(await partitions()).toEqual([
      ['metric_rollup_default', 1],
      [name(0), 2],
    ]);
    await at.db.rollups.upsert([sum(start), sum(start + DAY)]);
    expect(await partitions()).toEqual([
      ['metric_rollup_default', 1],
      [name(0), 2],
      [name(1), 1],
    ]);
    expect((await dropBefore(start + DAY + HOUR)).dropped).toBeGreaterThanOrEqual(1);
    expect(await partitions()).toEqual([
      ['metric_rollup_default', 1],
      [name(1), 1],
    ]);
    await dropBefore(start + 6 * DAY);
    expect(await partitions()).toEqual([]);
  });

  it('are not lost a month at a time when a clock is wrong', async () => {
    const start = Date.UTC(2034, 0, 1);
    await dropBefore(start);
    expect(await ensurePartitions(start, 9)).toBe(10);
    expect(await dropBefore(start + 400 * DAY)).toEqual({ dropped: 2, left: 8 });
    expect(await dropBefore(start + 400 * DAY)).toEqual({ dropped: 2, left: 6 });
    expect(await dropBefore(start + 5 * DAY)).toEqual({ dropped: 1, left: 0 });
    expect(await dropBefore(start + 5 * DAY)).toEqual({ dropped: 0, left: 0 });
    for (let day = 0; day < 3; day += 1) await dropBefore(start + 10 * DAY);
  });

  it('get their partitions while they are being written', async () => {
    const start = Date.UTC(2033, 0, 1);
    const writes = Array.from({ length: 30 }, (_, index) =>
      at.db.rollups.upsert([sum(start + index * 1_000), sum(start + DAY + index * 1_000)]),
    );
    const made = await Promise.all([
      ensurePartitions(start, 1),
      ensurePartitions(start, 1),
      ...writes.map((write) => write.then(() => 0)),
    ]);
    expect(made.reduce((a, b) => a + b, 0)).toBe(2);
    expect((await partitions()).map(([, count]) => count)).toEqual([30, 30]);
  });

  it.each([
    ['another width', { widthS: 5 }],
    ['a negative count', { ok: -1 }],
  ])('refuse %s', async (_, change) => {
    const write = at.db.rollups.upsert([sum(day, change as Partial<Rollup>)]);
    await expect(write).rejects.toMatchObject({ code: '23514' });
  });
});
