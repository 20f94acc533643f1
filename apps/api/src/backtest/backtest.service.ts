import { Inject, Injectable } from '@nestjs/common';
import {
  Backtest,
  EMPTY_COUNTS,
  notClosedSpans,
  type BacktestResult,
  type Millis,
  type TimeSpan,
} from '@recloser/core';
import type { Database, LoadedBreaker, RollupSpan } from '@recloser/db';
import { RecloserError, type BacktestAnswer, type BacktestRequest } from '@recloser/protocol';
import { setImmediate } from 'node:timers/promises';
import { checkSettings } from '../breakers/settings-check.js';
import { DATABASE } from '../common/tokens.js';

const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_SPAN_MS = 7 * DAY_MS;
const LONGEST_SPAN_MS = 30 * DAY_MS;
/** Of a week in which every second had a failure; more would keep everybody else waiting. */
const SPANS_MAX = 700_000;
/** Some tens of milliseconds, at worst. */
const SLICE = 5_000;
const CHANGES_MAX = 5_000;
/** Edits stand among a breaker's changes and say nothing of its state. */
const CHANGES_BEFORE = 50;

@Injectable()
export class BacktestService {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** @throws RecloserError unknown_breaker, invalid_policy, invalid_time, limit_reached */
  async run(environmentId: string, key: string, request: BacktestRequest): Promise<BacktestAnswer> {
    checkSettings(request);
    const breaker = await this.db.states.get(environmentId, key);
    const to = Math.min(request.to ?? breaker.now, breaker.now);
    const from = request.from ?? to - DEFAULT_SPAN_MS;
    if (from >= to) throw new RecloserError('invalid_time', 'from must lie before to.');
    if (to - from > LONGEST_SPAN_MS) {
      throw new RecloserError('invalid_time', 'A backtest goes over 30 days at most.');
    }
    const unknown = await this.#unknown(environmentId, breaker, from, to);
    const proposed = new Backtest(request.policy, unknown);
    const current = new Backtest(breaker.policy, unknown);
    let spans = 0;
    // Day by day, so that memory is bounded.
    for (let start = from; start < to; start += DAY_MS) {
      const end = Math.min(to, start + DAY_MS);
      const day = await this.db.rollups.spans(environmentId, key, start, end);
      spans += day.length;
      if (spans > SPANS_MAX) {
        const message = `More than ${SPANS_MAX} stored counts lie in this time. Choose a shorter one.`;
        throw new RecloserError('limit_reached', message, { limit: SPANS_MAX });
      }
      for (const [index, span] of day.entries()) {
        const past = pastOf(span);
        proposed.push(past);
        current.push(past);
        // Other requests get their turn in between.
        if (index % SLICE === SLICE - 1) await setImmediate();
      }
    }
    const result = proposed.result();
    const { calls, failures } = result;
    const before = outcomeOf(current.result());
    return {
      from,
      to,
      spans,
      calls,
      failures,
      unknown,
      proposed: outcomeOf(result),
      current: before,
    };
  }

  async #unknown(
    environmentId: string,
    breaker: LoadedBreaker,
    from: Millis,
    to: Millis,
  ): Promise<TimeSpan[]> {
    const [earlier, within] = await Promise.all([
      this.db.audit.transitions(environmentId, breaker.key, 0, from, CHANGES_BEFORE),
      this.db.audit.transitions(environmentId, breaker.key, from, to, CHANGES_MAX),
    ]);
    const last = earlier.at(-1);
    const changes = [...(last === undefined ? [] : [last]), ...within];
    const closed = changes.map(({ at, state }) => ({ at, closed: state === 'closed' }));
    // Without a single change it is as it was.
    if (closed.length === 0 && breaker.state.kind !== 'closed') return [{ from, to }];
    return notClosedSpans(closed, from, to);
  }
}

function pastOf({ at, widthS, ok, failures, slow, stalled }: RollupSpan) {
  return {
    at,
    widthMs: widthS * 1_000,
    counts: { ...EMPTY_COUNTS, ok, failures, slow, stalled },
  };
}

function outcomeOf({ trips, tripCount }: BacktestResult): BacktestAnswer['proposed'] {
  return { trips: [...trips], tripCount };
}
