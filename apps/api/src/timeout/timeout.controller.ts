import { Controller, Inject, Param, Query } from '@nestjs/common';
import {
  latencyLimitOf,
  samplesNeeded,
  suggestTimeout,
  type HealthyLatencies,
  type LatencyBins,
} from '@recloser/core';
import type { Database } from '@recloser/db';
import { contract, type TimeoutQuery, type TimeoutSuggestionInfo } from '@recloser/protocol';
import { Route } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** What timeout the fleet's own latencies suggest. */
@Controller()
export class TimeoutController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Route(contract.breakers.timeout)
  async read(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Query() { falseRate }: TimeoutQuery,
  ): Promise<TimeoutSuggestionInfo> {
    const breaker = await this.db.states.get(id, key);
    return answerOf(await this.db.healthyLatencies(breaker), falseRate);
  }
}

function answerOf(healthy: HealthyLatencies, falseRate: number): TimeoutSuggestionInfo {
  const suggestion = suggestTimeout(healthy, falseRate);
  const { hours, calls, timeouts, bins } = healthy;
  const histogram = histogramOf(bins);
  return {
    falseRate,
    timeoutMs: suggestion?.timeoutMs ?? null,
    cutOff: suggestion?.cutOff ?? false,
    samples: histogram.reduce((sum, { samples }) => sum + samples, 0),
    samplesNeeded: samplesNeeded(falseRate),
    hours,
    calls,
    timeouts,
    histogram,
  };
}

function histogramOf(bins: LatencyBins): TimeoutSuggestionInfo['histogram'] {
  const bars: TimeoutSuggestionInfo['histogram'] = [];
  for (let at = 0; at + 1 < bins.length; at += 2) {
    bars.push({ upToMs: latencyLimitOf(bins[at] ?? 0), samples: bins[at + 1] ?? 0 });
  }
  return bars;
}
