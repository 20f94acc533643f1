import { Inject, Injectable } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import {
  RecloserError,
  type SecondLatencies,
  type Series,
  type SeriesPoint,
  type SeriesQuery,
} from '@recloser/protocol';
import { BACKBONE, DATABASE } from '../common/tokens.js';
import { mergeLatencies, withLatencies } from './latencies.js';
import { mergePoints, stepFor } from './points.js';

const DEFAULT_SPAN_MS = 15 * 60_000;
const MAX_TRANSITIONS = 500;
/** Rollups are written in whole spans of so much, some time after their end, ms. */
const SPAN_MS = 10_000;
/** What is not rolled up yet lies in the signal store. */
const LIVE_MS = 120_000;

interface Live {
  readonly points: readonly SeriesPoint[];
  readonly latencies: readonly SecondLatencies[];
}

@Injectable()
export class SeriesService {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
  ) {}

  /** @throws RecloserError invalid_time */
  async read(environmentId: string, key: string, query: SeriesQuery): Promise<Series> {
    const now = await this.backbone.signals.now();
    const to = query.to ?? now;
    const from = query.from ?? to - DEFAULT_SPAN_MS;
    if (from >= to) throw new RecloserError('invalid_time', 'from must lie before to.');
    const stepMs = stepFor(from, to, query.step ?? null);
    const { rollups } = this.db;
    const [points, latencies, live, transitions] = await Promise.all([
      rollups.series(environmentId, key, from, to, stepMs),
      rollups.latencies(environmentId, key, from, to, stepMs),
      this.#live(environmentId, key, Math.max(from, now - LIVE_MS), Math.min(to, now)),
      this.db.audit.transitions(environmentId, key, from, to, MAX_TRANSITIONS),
    ]);
    return {
      stepMs,
      ...withLatencies(
        mergePoints(points, live.points, stepMs),
        mergeLatencies(latencies, live.latencies, stepMs),
      ),
      transitions: [...transitions],
    };
  }

  /** Seconds that no rollup has reached. */
  async #live(environmentId: string, key: string, from: number, to: number): Promise<Live> {
    const rolledUp = await this.db.rollups.latest(environmentId);
    const covered = rolledUp === null ? 0 : Math.floor(rolledUp / SPAN_MS + 1) * SPAN_MS;
    const start = Math.max(from, covered);
    if (start >= to) return { points: [], latencies: [] };
    const { signals } = this.backbone;
    const [sums, latencies] = await Promise.all([
      signals.perSecondTotals(environmentId, start, to, [key]),
      signals.latencies(environmentId, start, to, [key]),
    ]);
    return {
      points: sums.map(({ second, counts }) => ({ at: second * 1_000, ...counts })),
      latencies,
    };
  }
}
