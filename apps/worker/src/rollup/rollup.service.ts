import { Inject, Injectable } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import type { Millis } from '@recloser/core';
import type { Database } from '@recloser/db';
import { mapInTurns } from '@recloser/server';
import { Job, type JobHandler } from '../jobs/job.decorator.js';
import { BACKBONE, DATABASE } from '../tokens.js';
import { rollupsOf, SPAN_S } from './rollups.js';

const SPAN_MS = SPAN_S * 1000;
/** An SDK reports outcomes up to 15 s late; after this a span does not change any more. */
const FINAL_AFTER_MS = 20_000;
/** What is read and written at once. */
const AT_ONCE_MS = 3 * SPAN_MS;
/** How long the signal store keeps counts: the longest window of a policy (5 min) and an outage of all workers. */
const KEEP_SIGNALS_MS = 6 * 60_000;

/** Writes the signal store's counts into the database, span by span, from where the last run ended. */
@Injectable()
@Job({ name: 'rollup', everyMs: 5_000 })
export class RollupService implements JobHandler {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
  ) {}

  async run(): Promise<void> {
    const now = await this.backbone.signals.now();
    const heads = await this.database.environments.heads();
    for (const { id } of heads) await this.#rollUp(id, now);
    await this.backbone.signals.prune(KEEP_SIGNALS_MS);
  }

  async #rollUp(environmentId: string, now: Millis): Promise<void> {
    const latest = await this.database.rollups.latest(environmentId);
    const oldest = startOfSpan(now - KEEP_SIGNALS_MS) + SPAN_MS;
    const from = latest === null ? oldest : Math.max(oldest, startOfSpan(latest) + SPAN_MS);
    const to = startOfSpan(now - FINAL_AFTER_MS);
    // After an outage there are minutes of it, and ten thousand breakers.
    for (let at = from; at < to; at += AT_ONCE_MS) {
      await this.#write(environmentId, at, Math.min(to, at + AT_ONCE_MS));
    }
  }

  async #write(environmentId: string, from: Millis, to: Millis): Promise<void> {
    const { signals } = this.backbone;
    const [seconds, latencies] = await Promise.all([
      signals.perSecondTotals(environmentId, from, to),
      signals.latencies(environmentId, from, to),
    ]);
    const rollups = await rollupsOf(seconds, latencies);
    const rows = await mapInTurns(rollups, ({ breaker, at, widthS, counts, latency }) => ({
      environmentId,
      breaker,
      at,
      widthS,
      ok: counts.ok,
      failures: counts.failures,
      slow: counts.slow,
      timeouts: counts.timeouts,
      stalled: counts.stalled,
      // The chart shows who was turned away, whatever for.
      rejected: counts.rejected + counts.limited,
      throttled: counts.throttled,
      localLag: counts.localLag,
      latency,
    }));
    await this.database.rollups.upsert(rows);
  }
}

function startOfSpan(at: Millis): Millis {
  return Math.floor(at / SPAN_MS) * SPAN_MS;
}
